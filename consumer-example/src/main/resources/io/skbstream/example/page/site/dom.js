// The little of the DOM that is needed everywhere. Text is always set as text: hosts and tasks name themselves.

export function byId(id) {
  return document.getElementById(id);
}

/** An element with a class and text. */
export function element(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

/** Writes only what changed, so that what somebody has marked or hovers stays. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function setClass(node, className) {
  if (node.className !== className) node.className = className;
}

/** Fills a dl with [term, description, class of the description]; keeps its elements. */
export function setList(dl, items) {
  while (dl.children.length > items.length) dl.lastElementChild.remove();
  items.forEach(([term, description, className = ""], i) => {
    if (!dl.children[i]) {
      const item = element("div");
      item.append(element("dt"), element("dd"));
      dl.append(item);
    }
    const [dt, dd] = dl.children[i].children;
    setText(dt, term);
    setText(dd, description);
    setClass(dd, className);
  });
}
