/** A colour of the style sheet as a canvas takes it, in the theme that `element` is in. */
export const colorOf = (element: HTMLElement, name: string): string => {
  const probe = document.createElement('span');
  probe.style.color = `var(--${name})`;
  probe.hidden = true;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
};
