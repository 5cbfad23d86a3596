"""XML from strangers: no entities, no network, limits on size and depth, one clear line on failure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from lxml import etree

from recovery.errors import IntakeError

INVOICE_LIMIT = 20 * 1024 * 1024


def read_limited(path: Path, limit: int = INVOICE_LIMIT) -> bytes:
    """Return a file's bytes, refusing by its size before it is read.

    Raises:
        IntakeError: there is no such file, or it is too large or empty.
    """
    if not path.is_file():
        raise IntakeError(f"{path.name}: no such file; check the path", code="no_file", field="file")
    size = path.stat().st_size
    if size > limit:
        raise IntakeError(
            f"{path.name}: {size // 1048576} MB, more than the {limit // 1048576} MB taken; "
            "send the bare invoice without attachments",
            code="file_too_large",
            field="file",
        )
    if not size:
        raise IntakeError(f"{path.name}: the file is empty; export it again", code="empty_file", field="file")
    return path.read_bytes()


def parse_xml(data: bytes, name: str, maker: str = "your invoicing program") -> Any:
    """Return the root element of an XML document; `maker` is who is asked for it again where it cannot be read.

    Raises:
        IntakeError: it is not well-formed, or brings a DTD or entities of its own.
    """
    if len(data) > 3 * INVOICE_LIMIT:
        raise IntakeError(f"{name}: too large to be an invoice or statement", code="file_too_large", field="file")
    data = data.lstrip(b" \t\r\n") if data[:1] in b" \t\r\n" else data
    _refuse_doctype(data, name)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise _unreadable(name, str(error.msg), maker) from None
    except (ValueError, LookupError) as error:
        raise _unreadable(name, str(error), maker) from None
    tree = root.getroottree()
    if tree.docinfo.internalDTD is not None or tree.docinfo.doctype:
        raise _unsafe(name)
    return root


def entries_of_xml(file: BinaryIO, name: str, maker: str, tags: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """Yield start and end of elements of some names as a file is read; who lets go of what it read needs little memory.

    Raises:
        IntakeError: it is not well-formed, or brings a DTD or entities of its own.
    """
    head = file.read(65536)
    file.seek(0)
    _refuse_doctype(head, name)
    options: dict[str, Any] = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
    walk = etree.iterparse(file, events=("start", "end"), remove_comments=True, remove_pis=True, tag=tags, **options)
    checked = False
    try:
        for event, node in walk:
            if not checked:
                checked = True
                tree = node.getroottree()
                if tree.docinfo.internalDTD is not None or tree.docinfo.doctype:
                    raise _unsafe(name)
            yield event, node
    except etree.XMLSyntaxError as error:
        raise _unreadable(name, str(error.msg), maker) from None
    except (ValueError, LookupError) as error:
        raise _unreadable(name, str(error), maker) from None


def _unreadable(name: str, why: str, maker: str) -> IntakeError:
    return IntakeError(
        f"{name}: no readable XML: {why}; get the file again from {maker}", code="unreadable_xml", field="file"
    )


def _refuse_doctype(data: bytes, name: str) -> None:
    """Refuse a DTD before any parser sees it, in the encodings that hide it."""
    head = data[:65536]
    wide = head[:4] in (b"\xff\xfe<\x00", b"\xfe\xff\x00<") or head[1:2] == b"\x00" or head[:1] == b"\x00"
    text = head.replace(b"\x00", b"") if wide else head
    if re.search(rb"<!\s*(DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise _unsafe(name)


def _unsafe(name: str) -> IntakeError:
    return IntakeError(
        f"{name}: brings a DTD or entities, which invoices and statements never need; refused for "
        "safety; export the plain XML",
        code="unsafe_xml",
        field="file",
    )


def without_namespaces(root: Any) -> Any:
    """Return the tree with local names only, so that field maps need no prefixes."""
    for node in root.iter():
        if isinstance(node.tag, str):
            node.tag = etree.QName(node).localname
            for key in list(node.attrib):
                if key.startswith("{"):
                    node.attrib[etree.QName(key).localname] = node.attrib.pop(key)
    return root
