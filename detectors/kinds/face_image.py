"""人脸图像 under a name that says so: a JPEG or PNG in base64."""

from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import SENSITIVE
from detectors.masks import nothing, unkept
from wire.kinds import Kind


def check(_candidate: Candidate) -> float:
    """The head of the image is checked; that it is a face the name says."""
    return 0.5


DETECTOR: Final = Detector(
    kind=Kind("biometric.face_image"),
    title="人脸图像",
    title_en="Face image",
    grades=SENSITIVE,
    patterns=(r"(?:/9j/4|iVBORw0KGgo)[0-9A-Za-z+/]{8,}",),
    check=check,
    canonical=unkept,
    mask=nothing,
    fields=tuple(
        "face_image face_photo face_img face_pic face_picture face_base64 live_photo portrait rlzp 人脸".split()
    ),
    needs_context=True,
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
