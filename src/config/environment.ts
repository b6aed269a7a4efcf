export type Environment = Readonly<Record<string, string | undefined>>;

export interface Substitution {
  readonly text: string;
  /** Values that came from the environment, by variable: never to be shown. */
  readonly secrets: ReadonlyMap<string, string>;
  /** What is wrong, a sentence each. */
  readonly problems: readonly string[];
}

const reference = /\$\$\{|\$\{([^}]*)\}?/g;
const named = /^\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}$/;

/**
 * Replaces `${NAME}` and `${NAME:-default}` in a text; `$${` stands for `${`. As in a shell, the default is taken when the
 * variable is unset or empty. What cannot be replaced stays as it is and is named in `problems`.
 */
export const substitute = (source: string, env: Environment): Substitution => {
  const secrets = new Map<string, string>();
  const problems: string[] = [];

  const text = source.replace(reference, (match) => {
    if (match === '$${') return '${';
    const [, name, fallback] = named.exec(match) ?? [];
    if (name === undefined) {
      problems.push('expected ${NAME} or ${NAME:-default} ($${ stands for a plain ${)');
      return match;
    }
    const value = env[name];
    if (fallback !== undefined && !value) return fallback;
    if (value === undefined) {
      problems.push(`the environment variable ${name} is not set`);
      return match;
    }
    if (value) secrets.set(name, value);
    return value;
  });
  return { text, secrets, problems };
};
