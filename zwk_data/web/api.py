"""The read-only HTTP interface under ``/api/v1``: tables as JSON, CSV or Parquet, boundaries as GeoJSON.

It answers what the public may see where there is a login, and everything where there is none, as the pages do: no
session runs here, so ``read`` asks as ``login.begin_login`` settled. ``/api/v1/openapi.json`` describes it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import wraps
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from zwk_data import __version__, settings
from zwk_data.errors import ZwkError
from zwk_data.export import open_data
from zwk_data.geo import map_layers
from zwk_data.stores import open_tables
from zwk_data.stores.connection import programme_version
from zwk_data.stores.memo import depends_on, remembered, standing
from zwk_data.stores.open_tables import OpenTable, Question
from zwk_data.web.light.phones import Often, sender

PATH = "/api/v1"
#: rows of an answer, unless asked otherwise, and at most
USUAL, MOST = 1_000, 100_000
#: requests that all machines behind one address may make in a minute
PER_MINUTE = 300
_often = Often("zu viele Anfragen an die Schnittstelle von einer Adresse", PER_MINUTE, 60)
_INT64 = 2**63
UNCHANGED = {"description": "Unverändert."}
_PYTHON = {"integer": int, "number": float, "boolean": bool, "string": str}
_DAYS = {"date": date, "date-time": datetime}


class _Asked(BaseModel):
    """What every table can be asked for beside its columns."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(USUAL, ge=1, le=MOST, description="Höchstens so viele Zeilen.")
    offset: int = Field(0, ge=0, lt=_INT64, description="So viele Zeilen werden übergangen.")
    format: Literal["json", "csv", "parquet"] = Field("json", description="Form der Antwort.")


@remembered
def _model(name: str) -> type[_Asked]:
    """What a table can be asked: values of each of its columns, several times for several values."""
    table, fields = open_tables.open_tables()[name], {}
    for column, (kind, form) in open_tables.columns(name).items():
        value: Any = _DAYS.get(form, _PYTHON[kind])
        if kind == "integer":
            value = Annotated[int, Field(ge=-_INT64, lt=_INT64)]
        values = Annotated[list[value], Field(min_length=1, max_length=500)]
        # underscores and Python's own words are no names for a pydantic field
        fields[f"column_{column}"] = (
            (values, Field(alias=column)) if column in table.needed else (values | None, Field(None, alias=column))
        )
    return create_model(f"Asked_{name}", __base__=_Asked, **fields)  # type: ignore[call-overload, no-any-return]


def _answered(endpoint: Callable[[Request], Response]) -> Callable[[Request], Any]:
    """In a thread, for no more than ``PER_MINUTE``; a ZwkError as its German sentence."""

    @wraps(endpoint)
    async def answer(request: Request) -> Response:
        address = sender(request)
        if _often.too_many(address):
            return _refusal(429, "Zu viele Anfragen in einer Minute. Bitte warten Sie etwas.", {"Retry-After": "60"})
        _often.note(address)
        try:
            return await run_in_threadpool(endpoint, request)
        except ZwkError as error:
            return _refusal(503, str(error))

    return answer


def _refusal(status: int, sentence: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"error": sentence}, status, {"Cache-Control": "no-store", **(headers or {})})


@_answered
def _table(request: Request) -> Response:
    """Rows of one table."""
    table = open_tables.open_tables().get(request.path_params["table"])
    if table is None:
        return _refusal(404, f"Diese Tabelle gibt es nicht. Möglich sind {', '.join(open_tables.open_tables())}.")
    try:
        asked = _read(request, table)
    except ValueError as error:
        return _refusal(422, str(error))
    headers = _headers(request, table.name, asked.format)
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    question = Question(table, _where(asked), asked.limit, asked.offset)
    frame, total = open_tables.answer(question)
    after = _after(request, asked.offset + len(frame), total)
    headers |= {"X-Total-Count": str(total)} | ({"Link": f'<{after}>; rel="next"'} if after else {})
    if asked.format == "json":
        rows = open_data.as_json(frame)
        content = {"table": table.name, "total": total, "next": after or None, "rows": rows}
        return JSONResponse(content | {"sources": open_tables.credits_of(frame)}, headers=headers)
    headers["Content-Disposition"] = f'attachment; filename="{table.name}.{asked.format}"'
    body = open_data.as_csv(frame) if asked.format == "csv" else open_data.as_parquet(frame)
    return Response(body, media_type=open_data.FORMATS[asked.format], headers=headers)


def _read(request: Request, table: OpenTable) -> _Asked:
    """What is asked. Raises ValueError (German)."""
    single = list(_Asked.model_fields)
    sent: dict[str, Any] = {}
    for name, value in request.query_params.multi_items():
        if name in single:
            sent[name] = value
        else:
            sent.setdefault(name, []).append(value)
    try:
        return _model(table.name).model_validate(sent)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        if first["type"] == "extra_forbidden":
            columns = ", ".join(open_tables.columns(table.name))
            raise ValueError(f"„{name}“ gibt es hier nicht. Möglich sind {', '.join(single)} und {columns}.") from None
        if first["type"] == "missing":
            raise ValueError(f"Bitte nennen Sie „{name}“: Die ganze Tabelle ist zu groß für eine Anfrage.") from None
        raise ValueError(f"„{name}“ hat einen Wert, der dort nicht möglich ist.") from None


def _where(asked: _Asked) -> dict[str, Sequence[object]]:
    given = {name.removeprefix("column_"): getattr(asked, name) for name in type(asked).model_fields}
    return {name: values for name, values in given.items() if isinstance(values, list)}


def _headers(request: Request, *about: str) -> dict[str, str]:
    """The ETag of an answer: it changes with the figures, the programme and the question."""
    state = (standing(), programme_version(), about, sorted(request.query_params.multi_items()), __version__)
    digest = hashlib.sha256(repr(state).encode()).hexdigest()[:16]
    return {"ETag": f'"{digest}"', "Cache-Control": "private, no-cache"}


def _after(request: Request, offset: int, total: int) -> str:
    """The address of the next rows, if there are any."""
    if offset >= total:
        return ""
    asked = [(name, value) for name, value in request.query_params.multi_items() if name != "offset"]
    return f"{settings.address(request.url.path)}?{urlencode([*asked, ('offset', str(offset))])}"


@_answered
def _boundaries(request: Request) -> Response:
    """A layer of boundaries as GeoJSON (RFC 7946)."""
    name = request.path_params["layer"]
    if name not in map_layers.LAYERS:
        return _refusal(404, f"Diese Grenzen gibt es nicht. Möglich sind {', '.join(map_layers.LAYERS)}.")
    headers = {"ETag": f'"{map_layers.layer_hash(name)}"', "Cache-Control": "private, no-cache"}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(_geojson(name), media_type="application/geo+json", headers=headers)


@remembered(entries=len(map_layers.LAYERS))
def _geojson(name: str) -> bytes:
    depends_on(map_layers.layer_hash, name)
    return map_layers.to_geojson(
        map_layers.read_layer(name), participants=name == "teilnehmende", note=map_layers.source_note()
    )


@_answered
def _openapi(request: Request) -> Response:
    """The description of the interface."""
    return JSONResponse(description(), headers={"Cache-Control": "no-cache"})


@remembered
def description() -> dict[str, Any]:
    """The interface as OpenAPI 3.1, made from the tables themselves."""
    errors = {"404": "Gibt es nicht.", "422": "Die Frage ist nicht zu lesen.", "429": "Zu viele Anfragen."}
    refused = {
        status: {
            "description": text,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
        }
        for status, text in errors.items()
    }
    paths = {f"{PATH}/{name}": {"get": _operation(table, refused)} for name, table in open_tables.open_tables().items()}
    boundaries = {
        "200": {"description": "Grenzen", "content": {"application/geo+json": {"schema": {"type": "object"}}}}
    }
    named = {"name": "layer", "in": "path", "required": True, "schema": {"enum": list(map_layers.LAYERS)}}
    paths[f"{PATH}/grenzen/{{layer}}"] = {
        "get": {
            "operationId": "grenzen",
            "summary": "Grenzen als GeoJSON",
            "parameters": [named],
            "responses": boundaries
            | {"304": {"description": "Unverändert."}}
            | {one: refused[one] for one in ("404", "429")},
        }
    }
    error = {"type": "object", "required": ["error"], "properties": {"error": {"type": "string"}}}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "ZWK-Monitor: offene Daten",
            "version": __version__,
            "description": "Nur lesen. Was die Spalten bedeuten, steht im Datenverzeichnis des ZWK-Monitors.",
        },
        "servers": [{"url": settings.address() or "/"}],
        **({"servers": [{"url": settings.address()}]} if settings.address() else {}),
        "paths": paths,
        "components": {"schemas": {"Error": error}},
    }


def _operation(table: OpenTable, refused: Mapping[str, Any]) -> dict[str, Any]:
    """How one table is asked, and what it answers."""
    schema = _model(table.name).model_json_schema(by_alias=True)
    needed = schema.get("required", [])
    parameters = [
        {
            "name": name,
            "in": "query",
            "required": name in needed,
            "schema": next((one for one in part.get("anyOf", []) if one["type"] != "null"), part),
        }
        for name, part in schema["properties"].items()
    ]
    columns = {
        name: {"type": [kind, "null"], **({"format": form} if form else {})}
        for name, (kind, form) in open_tables.columns(table.name).items()
    }
    rows = {"type": "array", "items": {"type": "object", "properties": columns}}
    page = {
        "type": "object",
        "required": ["table", "total", "next", "rows", "sources"],
        "properties": {
            "table": {"const": table.name},
            "total": {"type": "integer"},
            "next": {"type": ["string", "null"]},
            "rows": rows,
            "sources": {"type": "array", "items": {"type": "object"}},
        },
    }
    content = {
        "application/json": {"schema": page},
        "text/csv": {"schema": {"type": "string"}},
        open_data.FORMATS["parquet"]: {"schema": {"type": "string", "format": "binary"}},
    }
    return {
        "operationId": table.name,
        "summary": table.holds,
        "parameters": parameters,
        "responses": {"200": {"description": table.holds, "content": content}, "304": UNCHANGED, **refused},
    }


def api_routes() -> list[Route]:
    """The routes of the interface."""
    return [
        Route(f"{PATH}/openapi.json", _openapi, methods=["GET", "HEAD"]),
        Route(f"{PATH}/grenzen/{{layer}}", _boundaries, methods=["GET", "HEAD"]),
        Route(f"{PATH}/{{table}}", _table, methods=["GET", "HEAD"]),
    ]
