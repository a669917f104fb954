"""疑似人类遗传资源数据: VCF, FASTA and FASTQ reads, BAM, BCF and CRAM files."""

from typing import Final

from detectors.detector import Detector, Example
from detectors.finding import Candidate
from detectors.grades import IMPORTANT
from detectors.masks import nothing, unkept
from wire.kinds import Kind

_LINE: Final = 256
_READ: Final = 50
_HEADERS: Final = (b">", b"@")


def check(candidate: Candidate) -> float:
    """Belief by the head of the format; a read must stand below its header line."""
    text, before = candidate.text, candidate.before(_LINE)
    if text.startswith(b"##"):
        return 0.9
    if len(text) >= _READ:
        header = before.rstrip(b"\r\n").rpartition(b"\n")[2]
        return 0.8 if before[-1:] == b"\n" and header[:1] in _HEADERS and len(set(text)) > 2 else 0.0
    if candidate.start:
        return 0.0
    if text == b"\x1f\x8b\x08\x04":
        return 0.8 if candidate.after(12)[8:] == b"BC\x02\x00" else 0.0
    return 0.9 if text[:4] == b"CRAM" or candidate.after(1) in (b"\x01", b"\x02") else 0.0


DETECTOR: Final = Detector(
    kind=Kind("important.genomics"),
    title="疑似重要数据：基因组数据",
    title_en="Suspected important data: genomics",
    grades=IMPORTANT,
    patterns=(
        r"##fileformat=VCFv\d\.\d",
        r"[ACGTN]{50,200}",
        r"BAM|BCF",
        r"CRAM[\x02\x03]",
        r"\x1f\x8b\x08\x04",
    ),
    check=check,
    canonical=unkept,
    mask=nothing,
    fields=tuple("vcf fastq fasta genome genotype 基因组 基因测序".split()),
    identifies=False,
    law="law.md 5 genomics (疑似); 人类遗传资源管理条例; GB/T 43697-2024 附录G; 北京 2024 清单 (law.md 3.4 第12行)",
    examples=(
        Example("##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\n"),
        Example(">chr1\nACGTTGCAACGTTGCAACGTTGCAACGTTGCAACGTTGCAACGTTGCAACGTTGCAACGTTGCA\n"),
        Example(
            "@r1\nACGTNTGCACGTNTGCACGTNTGCACGTNTGCACGTNTGCACGTNTGCACGTNTGCACGTNTGC\n+\nIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIII\n"
        ),
        Example("CRAM\x03\x00abc"),
    ),
    lookalikes=(
        Example("ACGTACGTACGTACGTACGTACGTACGTACGTACGTACGTACGTACGTACGTACGTACGTACGTACGTACGTACGTACGT"),
        Example("fileformat=VCFv4.2"),
        Example("BAM! CRAM"),
        Example(">x\nACGT\n"),
    ),
)
