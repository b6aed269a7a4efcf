import { LineCounter, isMap, isNode, isPair, isScalar, isSeq, parseDocument, visit } from 'yaml';
import type { Document, Node, Pair, Scalar } from 'yaml';

import { ConfigError, messageOf } from '../core/errors.ts';
import { substitute } from './environment.ts';
import type { Environment } from './environment.ts';

export type Path = readonly (string | number)[];

/** Something wrong in a pipeline file, and the offset in the text where it shows. */
export interface Problem {
  readonly offset: number;
  readonly message: string;
}

/** `cameras[0].fps` */
export const pathName = (path: Path): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
    .join('')
    .replace(/^\./, '');

const offsetOf = (node: Node | undefined): number => node?.range?.[0] ?? 0;

// What a plain scalar would have been had its value stood in the file.
const typed = (text: string): unknown => {
  if (/^-?(0|[1-9]\d*)(\.\d+)?$/.test(text)) return Number(text);
  return text === 'true' || text === 'false' ? text === 'true' : text;
};

/** A YAML file with its environment variables filled in, that knows where everything stands. */
export class PipelineDocument {
  /** References to the environment that could not be resolved, by the path of their key. */
  readonly unresolved = new Map<string, readonly Problem[]>();
  readonly #file: string;
  readonly #document: Document.Parsed;
  readonly #lines: LineCounter;
  readonly #secrets = new Map<string, string>();

  /** Throws ConfigError 'syntax' with every syntax error, each with its line and column. */
  constructor(file: string, text: string, env: Environment) {
    this.#file = file;
    this.#lines = new LineCounter();
    // Without pretty errors: those quote the line, which may hold a password.
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
    const mistakes = [...this.#document.errors, ...this.#document.warnings];
    if (mistakes.length > 0)
      throw this.error(
        'syntax',
        mistakes.map(({ pos, message }) => ({ offset: pos[0], message: withoutQuote(message) })),
      );
    visit(this.#document, {
      Scalar: (place, node, ancestors) => {
        if (place !== 'key') this.#fillIn(node, env, ancestors);
      },
    });
  }

  /** The content as plain values. Throws ConfigError 'syntax' for aliases that lead nowhere or multiply without end. */
  toJS(): unknown {
    try {
      return this.#document.toJS();
    } catch (error) {
      const message = withoutQuote(messageOf(error));
      throw this.error('syntax', [{ offset: 0, message }]);
    }
  }

  /** Where the value at `path` begins, or the closest thing around it when there is none. */
  locate(path: Path): number {
    for (let depth = path.length; depth > 0; depth -= 1) {
      const node = this.#document.getIn(path.slice(0, depth), true);
      if (isNode(node)) return offsetOf(node);
    }
    return offsetOf(this.#document.contents ?? undefined);
  }

  /** Where `key` of the mapping at `path` begins. */
  locateKey(path: Path, key: string): number {
    const map = path.length === 0 ? this.#document.contents : this.#document.getIn(path, true);
    const keys = isMap(map) ? map.items.map((pair) => pair.key) : [];
    const found = keys.find((node) => isScalar(node) && String(node.value) === key);
    return isNode(found) ? offsetOf(found) : this.locate(path);
  }

  lineOf(offset: number): number {
    return this.#lines.linePos(offset).line;
  }

  /** The text with every value that came from the environment put back as its `${NAME}`. */
  conceal(text: string): string {
    // Longest first: one value may contain another.
    const secrets = [...this.#secrets].sort((a, b) => b[1].length - a[1].length);
    return secrets.reduce((concealed, [name, value]) => concealed.replaceAll(value, () => `\${${name}}`), text);
  }

  /** One error for all problems, a line each in the order of the file: `file:line:column message`. */
  error(code: 'syntax' | 'invalid', problems: readonly Problem[]): ConfigError {
    const lines = problems
      .toSorted((a, b) => a.offset - b.offset)
      .map(({ offset, message }) => {
        const { line, col } = this.#lines.linePos(offset);
        return `${this.#file}:${Math.max(line, 1)}:${Math.max(col, 1)} ${message}`;
      });
    return new ConfigError(code, [...new Set(lines)].join('\n'));
  }

  #fillIn(node: Scalar, env: Environment, ancestors: Ancestors): void {
    if (typeof node.value !== 'string' || !node.value.includes('${')) return;
    const { text, secrets, problems } = substitute(node.value, env);
    const name = pathName(pathTo(node, ancestors));
    if (problems.length > 0)
      this.unresolved.set(
        name,
        problems.map((problem) => ({ offset: offsetOf(node), message: `${name}: ${problem}` })),
      );
    for (const [variable, value] of secrets) this.#secrets.set(variable, value);
    node.value = node.type === 'PLAIN' ? typed(text) : text;
  }
}

// yaml's messages end in the offending text, which may be part of a password.
const withoutQuote = (message: string): string => message.replace(/: ("|\S+$).*$/s, '');

type Ancestors = readonly (Document | Node | Pair)[];

const pathTo = (node: Node, ancestors: Ancestors): Path =>
  [...ancestors, node].flatMap((child, index, chain): Path => {
    const parent = chain[index - 1];
    if (isPair(child)) return [String(child.key)];
    return isSeq(parent) ? [parent.items.indexOf(child)] : [];
  });
