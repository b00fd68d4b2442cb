"""What a grade tells, by term: the points, and which mistakes were named."""


def points(told):
    return {name: result.points for name, result in told.items()}


def named(told):
    return {name: set(result.codes) for name, result in told.items() if result.codes}
