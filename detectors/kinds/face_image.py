"""人脸图像 under a name that says so: a JPEG or PNG in base64."""

from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import SENSITIVE
from detectors.masks import nothing, unkept
from wire.kinds import Kind


def check(_candidate: Candidate) -> float:
    """The name and the head of the image agree."""
    return 0.99


DETECTOR: Final = Detector(
    kind=Kind("biometric.face_image"),
    title="人脸图像",
    title_en="Face image",
    grades=SENSITIVE,
    patterns=(
        (
            r"(?:[Ff]ace_?(?:[Ii]mage|[Pp]hoto|[Ii]mg|[Pp]ic(?:ture)?)"
            r"|[Pp]ortrait|[Ll]ive_?[Pp]hoto|人脸(?:图像|照片|图片))(?:_?[Bb]ase64|_?[Dd]ata)?"
            r"\"? ?: ?\"(?:data:image/[a-z]{3,4};base64,)?(?:/9j/|iVBORw0KGgo)[0-9A-Za-z+/]{8,}"
        ),
    ),
    check=check,
    canonical=unkept,
    mask=nothing,
    fields=tuple(
        "face_image face_photo face_img face_pic id_photo portrait live_photo rlzp 人脸图像 人脸照片 人脸图片".split()
    ),
    identifies=False,
    law="中华人民共和国个人信息保护法 第二十八条 (生物识别); GB/T 45574-2025 附录A; GB/T 41819-2022",
    examples=(
        Example('{"faceImage":"/9j/4AAQSkZJRgABAQAAAQABAAD"}', "json"),
        Example('{"人脸照片":"data:image/png;base64,iVBORw0KGgoAAAANSUhEUg"}', "json"),
    ),
    lookalikes=(
        Example('{"image":"/9j/4AAQSkZJRgABAQAAAQABAAD"}', "json"),
        Example('{"faceImage":"https://example.com/1.jpg"}', "json"),
        Example('{"faceImage":""}', "json"),
    ),
)
