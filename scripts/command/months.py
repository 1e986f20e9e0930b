"""The month as a parameter of a command."""

import click

from config.clock import Month


class MonthParameter(click.ParamType[Month]):
    """A month such as 2027-01."""

    name = "month"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Month:
        """Read the month, or fail with the form to use."""
        if isinstance(value, Month):
            return value
        try:
            return Month.parse(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


MONTH = MonthParameter()
