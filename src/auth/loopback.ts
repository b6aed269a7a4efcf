import net from 'node:net';

/** Whether nobody but this machine reaches a server that listens on `host`. */
export const isLoopbackHost = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (net.isIPv4(host) && host.startsWith('127.'));

/**
 * Whether a Host header names this machine for itself. Another name means that a page of that name was made to point here
 * (DNS rebinding): to the browser it is the same origin.
 */
export const isLoopbackName = (hostHeader: string | undefined): boolean => {
  const name = /^(\[[^\]]*\]|[^:]*)(?::\d*)?$/.exec(hostHeader ?? '')?.[1]?.toLowerCase() ?? '';
  return name.endsWith('.localhost') || isLoopbackHost(name.replace(/^\[(.*)\]$/, '$1'));
};
