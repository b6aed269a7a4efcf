import type { RecordedFrame } from '../model/learning-record.ts';
import { escape, short } from './svg.ts';

/** A recorded frame with its heat map over it, in the colours of the live page: clear below half the threshold. */
export const heatPicture = ({ score, picture, rows, cols, cells }: RecordedFrame, caption: string): string => {
  const hot = cells.flatMap((value, cell) => {
    const heat = Math.min(1, (value - 0.5) / 1.5);
    if (heat <= 0) return [];
    const [green, blue] = [Math.round(190 * (1 - heat)), Math.round(40 * (1 - heat))];
    const opacity = (0.75 * Math.sqrt(heat)).toFixed(2);
    return `<path d="M${cell % cols} ${Math.floor(cell / cols)}h1v1h-1z" fill="rgb(255 ${green} ${blue})" opacity="${opacity}"/>`;
  });
  const text = `${caption}, score ${short(score)}`;
  return `<figure class="frame"><div><img alt="${escape(text)}" src="data:image/jpeg;base64,${picture}"><svg viewBox="0 0 ${cols} ${rows}" preserveAspectRatio="none" aria-hidden="true">${hot.join('')}</svg></div><figcaption>${escape(caption)} <b>${short(score)}</b></figcaption></figure>`;
};
