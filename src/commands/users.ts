import Table from 'cli-table3';
import { Command, Option } from 'commander';

import { Access } from '../auth/access.ts';
import { userName } from '../auth/auth-schema.ts';
import { authFile, openAuthStore } from '../auth/auth-store.ts';
import { Passwords } from '../auth/passwords.ts';
import { userRoles, type UserRole } from '../auth/role.ts';
import { readText } from '../config/load.ts';
import { locateStorage } from '../config/locate-storage.ts';
import { ConfigError } from '../core/errors.ts';
import { wholeNumber } from './arguments.ts';
import { readPassword } from './read-password.ts';

/**
 * Runs something on the users of a pipeline, whose file need not be complete: cameras' passwords may be elsewhere. A running
 * Nightjar notices within seconds.
 */
const withUsers = async (file: string, run: (access: Access) => Promise<void> | void): Promise<void> => {
  const { storage } = locateStorage(file, await readText(file));
  const store = openAuthStore(authFile(storage));
  try {
    // It makes no sessions, so how long they last does not matter.
    await run(new Access(store, new Passwords(), { isOpen: false, sessionIdleMs: Infinity, sessionMaxMs: Infinity }));
  } finally {
    store.close();
  }
};

type AskPassword = () => Promise<string>;
const fromStdin: AskPassword = async () => readPassword({ input: process.stdin, output: process.stderr });

const subcommand = (name: string, description: string): Command =>
  new Command(name).description(description).argument('<pipeline>', 'pipeline file (YAML)').exitOverride();
const withName = (command: Command): Command => command.argument('<name>', 'the name of the user');
const role = (description: string): Option => new Option('--role <role>', description).choices(userRoles);

const add = (password: AskPassword): Command =>
  withName(subcommand('add', 'add a user; the password is asked for, or read from the standard input'))
    .addOption(role('what the user may do').default('viewer'))
    .action(async (file: string, name: string, options: { role: UserRole }) => {
      const { success, error } = userName.safeParse(name);
      if (!success)
        throw new ConfigError('invalid', `Expected ${error.issues[0]?.message}, got ${JSON.stringify(name)}.`);
      await withUsers(file, async (access) => access.addUser(name, options.role, await password()));
    });

const list = (): Command =>
  subcommand('list', 'list the users')
    .option('--json', 'print JSON, one line for each user')
    .action(async (file: string, { json = false }: { json?: boolean }) =>
      withUsers(file, (access) => {
        const users = access.users();
        if (json) for (const user of users) console.log(JSON.stringify(user));
        else console.log(tableOf(users));
      }),
    );

const remove = (): Command =>
  withName(subcommand('remove', 'remove a user, with its sessions and API tokens')).action(
    async (file: string, name: string) => withUsers(file, (access) => access.removeUser(name)),
  );

const change = (password: AskPassword): Command =>
  withName(subcommand('password', "change a user's password, and end its sessions")).action(
    async (file: string, name: string) =>
      withUsers(file, async (access) => access.changeUser(name, { password: await password() })),
  );

const setRole = (): Command =>
  withName(subcommand('role', 'change what a user may do, and end its sessions'))
    .argument('<role>', userRoles.join(', '))
    .action(async (file: string, name: string, wanted: string) => {
      const found = userRoles.find((known) => known === wanted);
      if (!found) throw new ConfigError('invalid', `Expected a role, one of ${userRoles.join(', ')}, got "${wanted}".`);
      await withUsers(file, async (access) => access.changeUser(name, { role: found }));
    });

const token = (): Command =>
  withName(subcommand('token', 'make an API token of a user and print it, this once'))
    .requiredOption('--label <label>', 'what it is for')
    .addOption(role('what it may do: no more than its user, and without this all of it'))
    .option('--days <days>', 'how long it is valid; for ever, without it', wholeNumber)
    .action(async (file: string, name: string, options: { label: string; role?: UserRole; days?: number }) =>
      withUsers(file, (access) => {
        const { label, ...limits } = options;
        console.log(access.addToken(name, { name: label, ...limits }).secret);
      }),
    );

export const usersCommand = (askPassword: AskPassword = fromStdin): Command => {
  const command = new Command('users').description('who may look: users, their roles and passwords').addHelpText(
    'after',
    `
Roles: a viewer watches, an operator also judges alerts and pauses cameras, an admin does everything.

Examples:
  nightjar users add pipelines/my-cameras.yaml ada --role admin
  nightjar users password pipelines/my-cameras.yaml ada < password.txt
  nightjar users token pipelines/my-cameras.yaml ada --label prometheus --role viewer`,
  );
  for (const part of [add, list, remove, change, setRole, token]) command.addCommand(part(askPassword));
  return command;
};

const tableOf = (users: ReturnType<Access['users']>): string => {
  const table = new Table({
    head: ['user', 'role', 'since'],
    style: { head: process.stdout.isTTY ? ['bold'] : [], border: [], compact: true },
  });
  for (const { name, role, createdAt } of users)
    table.push([name, role, new Date(createdAt).toISOString().slice(0, 10)]);
  return table.toString();
};
