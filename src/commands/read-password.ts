import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

import { newPassword } from '../auth/auth-schema.ts';
import { ConfigError } from '../core/errors.ts';

interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

/**
 * A new password: asked for twice without an echo where somebody sits at a terminal, else the first line of the input. It is
 * never an argument, which `ps` shows to everybody. Throws ConfigError('invalid').
 */
export const readPassword = async ({ input, output }: Terminal): Promise<string> => {
  const [password = '', again] = input.isTTY
    ? await ask(['Password: ', 'Once more: '], { input, output })
    : [await firstLine(input)];
  if (again !== undefined && again !== password)
    throw new ConfigError('invalid', 'The two passwords are not the same.');
  const { success, error } = newPassword.safeParse(password);
  if (!success)
    throw new ConfigError('invalid', `Expected ${error.issues[0]?.message}, got ${password.length} characters.`);
  return password;
};

const ask = async (questions: readonly string[], { input, output }: Terminal): Promise<string[]> => {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: silent, terminal: true });
  // Ctrl-C ends the command, as it does elsewhere.
  lines.on('SIGINT', () => {
    lines.close();
    process.kill(process.pid, 'SIGINT');
  });
  const typed = lines[Symbol.asyncIterator]();
  try {
    const answers: string[] = [];
    for (const question of questions) {
      output.write(question);
      const { value = '' } = (await typed.next()) as { value?: string };
      answers.push(value);
      output.write('\n');
    }
    return answers;
  } finally {
    lines.close();
  }
};

const firstLine = async (input: NodeJS.ReadableStream): Promise<string> => {
  let text = '';
  for await (const chunk of input) text += String(chunk);
  return text.split(/\r?\n/, 1)[0] ?? '';
};
