"""Which seeds a program is run with on a set."""

ONCE = {"nbsvm"}  # the same every time where the rows are the same
FEWER = {("pytorch", "imdb"): (1,)}


def seeds_of(chosen_set, program):
    if program in ONCE and chosen_set.same_rows():
        return (1,)
    return FEWER.get((program, chosen_set.name), chosen_set.seeds)
