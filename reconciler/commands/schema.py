"""This room runs `reconcile schema`: it prints a JSON Schema that is shipped."""

from __future__ import annotations

from typing import Annotated

import typer


def schema(
    name: Annotated[str, typer.Argument(help="Which one: catalog, district, plan, ...")],
) -> None:
    """Print the JSON Schema of a file format."""
    from reconciler import schemas
    from reconciler.errors import UnknownSchema

    try:
        text = schemas.text(name)
    except UnknownSchema as error:
        typer.echo(f"error: {error}\n    {error.way_out}", err=True)
        raise typer.Exit(error.exit_code) from None
    typer.echo(text, nl=False)
