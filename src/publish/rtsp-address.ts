import type { Login } from './authorization.ts';

/** Where a feed goes. `login` is sent when the server asks for it, and nowhere else. */
export interface RtspAddress {
  readonly host: string;
  readonly port: number;
  readonly isEncrypted: boolean;
  /** The URL without user and password. */
  readonly uri: string;
  readonly login?: Login;
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // A lone % is part of the password.
  }
};

/** Takes an rtsp:// or rtsps:// URL apart; the configuration has checked that it is one. */
export const rtspAddress = (url: string): RtspAddress => {
  const { protocol, hostname, port, pathname, search, username, password } = new URL(url);
  const isEncrypted = protocol === 'rtsps:';
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (isEncrypted ? 322 : 554) : Number(port),
    isEncrypted,
    uri: `${protocol}//${hostname}${port && `:${port}`}${pathname.replace(/\/$/, '')}${search}`,
    ...(username !== '' && { login: { user: decoded(username), password: decoded(password) } }),
  };
};
