
  for (const note of item.answer.notes ?? []) article.firstChild.append(make("span", "", visible(note)));
  if (item.answer.drawn) {
    const pictures = make("div", "methods");
    for (let m = 0; m < item.answer.drawn; ++m) {
      if (methods.length > 0 && state.method !== "all" && state.method !== m) continue;
      const figure = at(`picture-${item.number}-${m}`).cloneNode(true);
      figure.removeAttribute("id");
      pictures.append(figure);
    }
    article.append(pictures);{{pair}}
    return article;
  }