const hidden = '***';

/** Names of URL parameters that hold a secret, in whatever place cameras put them (query, path, after an underscore). */
const secretParameter = /((?:pass(?:word|wd)?|pwd|pw|token|auth|secret|signature|sig|(?:api_?)?key)=)[^&\s'"#]+/gi;
const userinfo = /([a-z][a-z0-9+.-]*:\/\/)([^\s/?#'"]*)@/gi;

/** Hides passwords and tokens in every URL of a text: `rtsp://admin:***@10.0.0.4/live`. */
const redact = (text: string): string =>
  text
    .replace(userinfo, (_match, scheme: string, user: string) =>
      user.includes(':') ? `${scheme}${user.slice(0, user.indexOf(':'))}:${hidden}@` : `${scheme}${hidden}@`,
    )
    .replace(secretParameter, `$1${hidden}`);

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // A lone % is part of the password.
  }
};

/** The password of a URL as written, decoded, and encoded again; also one with an unencoded "/", which no parser accepts. */
const spellings = (url: string): string[] => {
  const credentials = /^[^/]*:\/\/([^/?#]*)@/.exec(url)?.[1] ?? /:\/\/([^:@]*:(?!\d+\/).*)@/s.exec(url)?.[1] ?? '';
  const password = credentials.slice(credentials.indexOf(':') + 1);
  const parameters = [...url.matchAll(secretParameter)].map(([whole, name]) => whole.slice(name?.length));
  return [password, ...parameters].flatMap((secret) => [secret, decoded(secret), encodeURIComponent(decoded(secret))]);
};

/** Shorter secrets are hidden inside URLs only: replacing every "a" of a message would hide nothing and spoil it. */
const shortestSecret = 3;

/** Makes a function that hides the secrets of `url` wherever they occur in a text, besides those of any other URL in it. */
export const redactorFor = (url: string): ((text: string) => string) => {
  const secrets = [...new Set(spellings(url))]
    .filter((secret) => secret.length >= shortestSecret)
    .sort((a, b) => b.length - a.length);
  return (text) => redact(secrets.reduce((rest, secret) => rest.replaceAll(secret, hidden), text));
};
