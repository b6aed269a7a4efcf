import { createHash } from 'node:crypto';
import { readFile, readdir, rm } from 'node:fs/promises';
import path from 'node:path';

import { writeWhole } from '../files/write-whole.ts';
import { loadModel, loadRecord } from '../model/model-folder.ts';
import { reportPage } from '../report/page.ts';

/** Hidden: neither a part of the model nor of a backup. */
const nameOf = (stamp: string): string => `.report-${stamp}.html`;
const isReport = /^\.report-\w+\.html(\.tmp)?$/;

interface Options {
  /** Makes the page of the model in a folder. */
  readonly make?: (folder: string) => Promise<string>;
  /** Told why a page could not be kept: it is made again for whoever asks next. */
  readonly onUnkept?: (error: unknown) => void;
}

/** The report pages of models, each made when it is asked for first, and kept in the model's folder until that is replaced. */
export class ModelReports {
  readonly #make: (folder: string) => Promise<string>;
  readonly #onUnkept: (error: unknown) => void;
  readonly #making = new Map<string, Promise<string>>();

  constructor({ make = makePage, onUnkept = () => undefined }: Options = {}) {
    this.#make = make;
    this.#onUnkept = onUnkept;
  }

  /** The page of the model in a folder; undefined when there is none. Who asks while it is made waits for the same. Rejects with ModelError. */
  async page(folder: string): Promise<string | undefined> {
    const stamp = await stampOf(folder);
    if (stamp === undefined) return undefined;
    const file = path.join(folder, nameOf(stamp));
    const making =
      this.#making.get(file) ??
      (await readFile(file, 'utf8').catch(() => undefined)) ??
      this.#making.get(file) ??
      this.#begin(folder, file);
    return making;
  }

  async #begin(folder: string, file: string): Promise<string> {
    const making = this.#makeAndKeep(folder, file).finally(() => this.#making.delete(file));
    this.#making.set(file, making);
    return making;
  }

  async #makeAndKeep(folder: string, file: string): Promise<string> {
    const page = await this.#make(folder);
    try {
      // One of another model, that took this one's place meanwhile, is of no use under this name.
      if (path.basename(file) !== nameOf((await stampOf(folder)) ?? '')) return page;
      for (const name of await readdir(folder)) if (isReport.test(name)) await rm(path.join(folder, name));
      await writeWhole(file, page);
    } catch (error) {
      this.#onUnkept(error);
    }
    return page;
  }
}

const makePage = async (folder: string): Promise<string> => {
  const { card } = await loadModel(folder);
  return reportPage({ card, record: await loadRecord(folder) });
};

/** Tells models apart: the card says when it was learned, to the millisecond. Undefined where there is none. */
const stampOf = async (folder: string): Promise<string | undefined> => {
  try {
    const card = await readFile(path.join(folder, 'card.json'));
    return createHash('sha256').update(card).digest('hex').slice(0, 16);
  } catch {
    return undefined;
  }
};
