/** Where a key moves a divider to, in percent; undefined when the key is none of a slider's. */
export const movedByKey = (percent: number, key: string): number | undefined => {
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowDown: -1,
    ArrowRight: 1,
    ArrowUp: 1,
    PageDown: -10,
    PageUp: 10,
    Home: -100,
    End: 100,
  };
  const step = steps[key];
  return step === undefined ? undefined : Math.min(100, Math.max(0, percent + step));
};

/**
 * Makes `handle` a slider that divides `stage`: dragged anywhere on the stage, or moved by keys. The stage's style gets
 * `--split`; `describe` says what stands where. Returns a function that sets it, in percent.
 */
export const makeDivider = (
  stage: HTMLElement,
  handle: HTMLElement,
  describe: (percent: number) => string,
): ((percent: number) => void) => {
  let percent = 50;
  const set = (value: number): void => {
    percent = value;
    stage.style.setProperty('--split', `${value}%`);
    handle.setAttribute('aria-valuenow', String(Math.round(value)));
    handle.setAttribute('aria-valuetext', describe(Math.round(value)));
  };
  const follow = ({ clientX }: PointerEvent): void => {
    const { left, width } = stage.getBoundingClientRect();
    set(Math.min(100, Math.max(0, ((clientX - left) / width) * 100)));
  };
  stage.addEventListener('pointerdown', (event) => {
    event.preventDefault();
    handle.focus({ preventScroll: true });
    stage.setPointerCapture(event.pointerId);
    follow(event);
  });
  stage.addEventListener('pointermove', (event) => stage.hasPointerCapture(event.pointerId) && follow(event));
  handle.addEventListener('keydown', (event) => {
    const moved = movedByKey(percent, event.key);
    if (moved === undefined) return;
    event.preventDefault();
    set(moved);
  });
  set(percent);
  return set;
};
