import { InvalidArgumentError, Option } from 'commander';

import type { Size } from '../camera/read-still.ts';

/** Parsers of command-line values; commander adds the option's name to what they throw. */
export const positiveNumber = (text: string): number => {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value))
    throw new InvalidArgumentError(`Expected a number above 0, got "${text}".`);
  return value;
};

export const wholeNumber = (text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new InvalidArgumentError(`Expected a whole number from 0, got "${text}".`);
  }
  return value;
};

export const portNumber = (text: string): number => {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65_535) {
    throw new InvalidArgumentError(`Expected a port from 0 (any free one) to 65535, got "${text}".`);
  }
  return value;
};

export const pictureSize = (text: string): Size => {
  const [, width, height] = /^(\d+)x(\d+)$/.exec(text) ?? [];
  if (!width || !height || Number(width) % 8 || Number(height) % 8) {
    throw new InvalidArgumentError(`Expected WIDTHxHEIGHT, both divisible by 8, got "${text}".`);
  }
  return { width: Number(width), height: Number(height) };
};

/** Any size that a model can be given padded. */
export const anySize = (text: string): Size => {
  const [, width, height] = /^([1-9]\d{0,4})x([1-9]\d{0,4})$/.exec(text) ?? [];
  if (!width || !height) throw new InvalidArgumentError(`Expected WIDTHxHEIGHT, got "${text}".`);
  return { width: Number(width), height: Number(height) };
};

export const numberFrom =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= least && value <= most))
      throw new InvalidArgumentError(`Expected a number from ${least} to ${most}, got "${text}".`);
    return value;
  };

export const sizeOption = (width: number, height: number): Option =>
  new Option('--size <WIDTHxHEIGHT>', 'picture size of the model')
    .argParser(pictureSize)
    .default({ width, height }, `${width}x${height}`);
