"""Evidence files: checked by content, kept once per unit, never under the name they came with."""

import hashlib
import re
import unicodedata
from typing import Final

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from accounts.models import User
from antq_portal.lib.text import nfc
from units.models import Unit

from ..models import EvidenceFile
from .content import ACCEPTED, EXTENSIONS, Content, kept_content

MOST_BYTES: Final = 20 * 1024 * 1024
TOO_LARGE: Final = "Tệp lớn quá 20 MB. Hãy quét ở độ phân giải thấp hơn."
LONGEST_NAME: Final = 150
SAME_EXTENSION: Final = {".jpg": (".jpg", ".jpeg")}
RESERVED: Final = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)", re.IGNORECASE)
"""Names that Windows keeps for devices, with any extension."""
_UNSAFE = re.compile(r'[<>:"|?*%;]')


def store_evidence(uploaded_file: UploadedFile, *, unit: Unit, by: User) -> EvidenceFile:
    """Keep an uploaded paper for the unit, or return the one already kept with the same content.

    Raises ValidationError, in words for the officer, when the file cannot be kept. Whether the
    person may attach papers to that unit is asked by the service that calls.
    """
    if not uploaded_file.size:
        raise ValidationError(f"Tệp rỗng. {ACCEPTED}", code="empty")
    if uploaded_file.size > MOST_BYTES:
        raise ValidationError(TOO_LARGE, code="too_large")
    content = kept_content(uploaded_file.read())
    sha256 = hashlib.sha256(content.data).hexdigest()
    kept = EvidenceFile.objects.filter(unit=unit, sha256=sha256).first()
    if kept is not None:
        return kept
    name = clean_name(uploaded_file.name or "", EXTENSIONS[content.content_type])
    return _keep(content, sha256, name=name, unit=unit, by=by)


def clean_name(name: str, extension: str) -> str:
    """The name as shown: one line of NFC text without path, control or direction characters.

    The extension is that of the content, whatever the name said.
    """
    last = re.split(r"[/\\]", nfc(name))[-1]
    visible = "".join(char for char in last if unicodedata.category(char)[0] != "C")
    stem = " ".join(_UNSAFE.sub(" ", visible).split())
    for known in SAME_EXTENSION.get(extension, (extension,)):
        if stem.lower().endswith(known):
            stem = stem[: -len(known)]
    kept = stem.strip(". ")[:LONGEST_NAME].rstrip(". ") or "tai-lieu"
    return f"{'_' if RESERVED.match(kept) else ''}{kept}{extension}"


def _keep(content: Content, sha256: str, *, name: str, unit: Unit, by: User) -> EvidenceFile:
    """Write file and row; two uploads of the same paper at one moment end in one row."""
    evidence = EvidenceFile(
        unit=unit,
        sha256=sha256,
        content_type=content.content_type,
        size=len(content.data),
        name=name,
        uploaded_by=by,
    )
    stored_as = f"{sha256}{EXTENSIONS[content.content_type]}"
    evidence.file.save(stored_as, ContentFile(content.data), save=False)
    try:
        with transaction.atomic():
            evidence.save()
    except IntegrityError:
        evidence.file.delete(save=False)
        return EvidenceFile.objects.get(unit=unit, sha256=sha256)
    except BaseException:
        evidence.file.delete(save=False)
        raise
    return evidence
