import type { CameraSettings } from '../wire.ts';

/** A camera's keys as a form holds them; '' is a key that the file does not give, so that its default is in force. */
export interface CameraForm {
  readonly id: string;
  readonly url: string;
  readonly transport: '' | 'tcp' | 'udp';
  readonly size: string;
  readonly fps: string;
  readonly colour: '' | 'true' | 'false';
  readonly tasks: readonly string[];
  readonly liveSize: string;
  readonly liveFps: string;
  readonly denoiser: string;
  readonly strength: string;
}

/** The tasks of a camera that names none. */
const defaultTasks = ['anomaly', 'denoise'];

const textOf = (value: unknown): string =>
  typeof value === 'number' || typeof value === 'string' ? String(value) : '';

/** The form of a camera with these keys. */
export const formOf = (settings: CameraSettings): CameraForm => {
  const { id = '', url = '', transport, size, fps, colour, tasks, live } = settings;
  return {
    id,
    url,
    transport: transport ?? '',
    size: size ?? '',
    fps: textOf(fps),
    colour: typeof colour === 'boolean' ? (String(colour) as 'true' | 'false') : '',
    tasks: tasks ?? defaultTasks,
    liveSize: textOf(live?.['size']),
    liveFps: textOf(live?.['fps']),
    denoiser: textOf(live?.['denoiser']),
    strength: textOf(live?.['strength']),
  };
};

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Those of the wished keys that are otherwise than given; one that is not there is null. */
const differing = (
  wished: Readonly<Record<string, unknown>>,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> =>
  Object.fromEntries(Object.entries(wished).filter(([key, value]) => !isSame(value, given[key] ?? null)));

/**
 * What a form changes of the keys there are: what is unchanged is left out, what was emptied is null, which removes the
 * key. The group `live` is changed key by key.
 */
export const changesOf = (form: CameraForm, before: CameraSettings): Record<string, unknown> => {
  const number = (text: string): number | null => (text === '' ? null : Number(text));
  const first = formOf(before);
  const live = differing(
    {
      size: form.liveSize || null,
      fps: number(form.liveFps),
      denoiser: form.denoiser || null,
      strength: number(form.strength),
    },
    before.live ?? {},
  );
  const own = differing(
    {
      id: form.id,
      url: form.url,
      transport: form.transport || null,
      size: form.size || null,
      fps: number(form.fps),
      colour: form.colour === '' ? null : form.colour === 'true',
      tasks: form.tasks,
    },
    // A camera without the key has the default tasks.
    { ...before, id: first.id, url: first.url, tasks: first.tasks },
  );
  return { ...own, ...(Object.keys(live).length > 0 && { live }) };
};

/** A name for a camera from where it is: "front-door" from rtsp://front-door.local/stream; undefined when it gives none. */
export const suggestedId = (url: string, taken: readonly string[]): string | undefined => {
  if (!URL.canParse(url)) return undefined;
  const { hostname } = new URL(url.replace(/^rtsps?:/, 'http:'));
  const isNumbers = /^[\d.:[\]a-f]+$/i.test(hostname) && /[.:]/.test(hostname);
  const name = isNumbers ? 'camera' : (hostname.split('.')[0] ?? '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, ''); // prettier-ignore
  if (name === '') return undefined;
  if (!taken.includes(name)) return name;
  for (let count = 2; ; count++) if (!taken.includes(`${name}-${count}`)) return `${name}-${count}`;
};

/** The URL with user and password in it, percent-encoded as URLs need them. */
export const withCredentials = (url: string, user: string, password: string): string => {
  if (user === '') return url;
  return url.replace(/^([a-z]+:\/\/)(?:[^/@]*@)?/i, (_all, scheme: string) => `${scheme}${encodeURIComponent(user)}:${encodeURIComponent(password)}@`); // prettier-ignore
};
