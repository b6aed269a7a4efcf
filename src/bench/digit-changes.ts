/** A change of a square gray picture of `side` x `side` bytes; gives a new one. */
type Change = (digit: Uint8Array, random: () => number) => Uint8Array;

const sideOf = (digit: Uint8Array): number => Math.sqrt(digit.length);

/** Gray level and side of the card that hides a part. */
const cardSide = 10;

/** A square card of one gray level, at a random place within the picture. */
const card =
  (level: number): Change =>
  (digit, random) => {
    const side = sideOf(digit);
    const changed = digit.slice();
    const [left, top] = [random, random].map((draw) => Math.floor(draw() * (side - cardSide + 1)));
    for (let row = top!; row < top! + cardSide; row++)
      changed.fill(level, row * side + left!, row * side + left! + cardSide);
    return changed;
  };

const saltAndPepperShare = 0.2;

/** What is done to test digits. */
export const changes: Readonly<Record<string, Change>> = {
  inverted: (digit) => digit.map((level) => 255 - level),
  rotated90: (digit) => {
    const side = sideOf(digit);
    return digit.map((_, at) => digit[(side - 1 - (at % side)) * side + Math.floor(at / side)]!);
  },
  occludedByGray: card(128),
  occludedByBlack: card(0),
  saltAndPepper: (digit, random) =>
    digit.map((level) => (random() < saltAndPepperShare ? (random() < 0.5 ? 0 : 255) : level)),
};
