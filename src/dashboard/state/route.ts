/** What the page shows, as its address says. Filters are kept as they are written in the address. */
export type Route =
  | { readonly view: 'grid' | 'camera-new' | 'settings' | 'login' | 'unknown' }
  | { readonly view: 'camera' | 'camera-edit'; readonly id: string }
  | { readonly view: 'alerts'; readonly query: string }
  | { readonly view: 'alert'; readonly id: string; readonly query: string };

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** `hash` as in location.hash: '#/alerts?kind=anomaly'. */
export const parseRoute = (hash: string): Route => {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split(/\?(.*)/s);
  const [first = '', second, third] = path
    .split('/')
    .filter((part) => part !== '')
    .map(decoded);
  if (third !== undefined && !(first === 'cameras' && third === 'edit')) return { view: 'unknown' };
  if (first === '') return { view: 'grid' };
  if (first === 'cameras') {
    if (second === undefined) return { view: 'grid' };
    if (third === 'edit') return { view: 'camera-edit', id: second };
    return second === 'new' ? { view: 'camera-new' } : { view: 'camera', id: second };
  }
  if (first === 'alerts')
    return second === undefined ? { view: 'alerts', query } : { view: 'alert', id: second, query };
  if ((first === 'settings' || first === 'login') && second === undefined) return { view: first };
  return { view: 'unknown' };
};

const withQuery = (address: string, query: string): string => (query === '' ? address : `${address}?${query}`);

/** The address of each view, for links. */
export const addressOf = {
  grid: '#/',
  cameraNew: '#/cameras/new',
  settings: '#/settings',
  login: '#/login',
  camera: (id: string): string => `#/cameras/${encodeURIComponent(id)}`,
  cameraEdit: (id: string): string => `#/cameras/${encodeURIComponent(id)}/edit`,
  alerts: (query = ''): string => withQuery('#/alerts', query),
  alert: (id: string, query = ''): string => withQuery(`#/alerts/${encodeURIComponent(id)}`, query),
};
