/** The element marked `data-part="NAME"` below `root`; the page always holds it. */
export const part = (root: ParentNode, name: string): HTMLElement => {
  const found = root.querySelector<HTMLElement>(`[data-part="${name}"]`);
  if (!found) throw new Error(`The page has no part "${name}".`);
  return found;
};

/** A copy of the one element inside `<template id=ID>`. */
export const fromTemplate = (id: string): HTMLElement => {
  const { content } = document.getElementById(id) as HTMLTemplateElement;
  return document.importNode(content, true).firstElementChild as HTMLElement;
};
