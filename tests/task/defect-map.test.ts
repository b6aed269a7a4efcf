import { defectMap, imageScore } from '../../src/task/defect-map.ts';

const size = { width: 64, height: 48 };
/** Fine noise of a few gray levels around `level`; the same every time. */
const textured = (level: number, contrast: number): Uint8Array =>
  Uint8Array.from(
    { length: size.width * size.height },
    (_, at) => level + contrast * Math.sin(12.9898 * at) * Math.cos(at * at),
  );
const peakOf = (map: Float32Array): number => map.indexOf(Math.max(...map));
/** A vertical line, 1 pixel wide, from row 10 to row 29, at column 40. */
const drawLine = (image: Uint8Array, change: number): Uint8Array =>
  image.map((level, at) =>
    at % size.width === 40 && at >= 10 * size.width && at < 30 * size.width ? level + change : level,
  );

test('an image that is restored as it is has no defects', () => {
  const image = textured(100, 10);
  const map = defectMap(image, Float32Array.from(image), size);
  expect(Math.max(...map)).toBe(0);
  expect(imageScore(map)).toBe(0);
});

test('a line that was taken away is where the map is highest, whether it is bright or dark', () => {
  const clean = textured(100, 10);
  for (const change of [-40, 40]) {
    const peak = peakOf(defectMap(drawLine(clean, change), Float32Array.from(clean), size));
    expect(Math.abs((peak % size.width) - 40)).toBeLessThanOrEqual(1);
    expect(peak / size.width).toBeGreaterThan(10);
    expect(peak / size.width).toBeLessThan(30);
  }
});

test('an error that hangs together counts more than single pixels of the same energy', () => {
  const clean = textured(100, 10);
  const scattered = clean.map((level, at) => (at % 150 === 77 ? level + 40 : level));
  const line = imageScore(defectMap(drawLine(clean, 40), Float32Array.from(clean), size));
  expect(line).toBeGreaterThan(2 * imageScore(defectMap(scattered, Float32Array.from(clean), size)));
});

test('where the image is rough an error counts less', () => {
  const [smooth, rough] = [textured(100, 5), textured(100, 40)].map((clean) =>
    imageScore(defectMap(drawLine(clean, 40), Float32Array.from(clean), size)),
  );
  expect(smooth!).toBeGreaterThan(2 * rough!);
});

test('the rim is not judged', () => {
  const clean = textured(100, 10);
  const broken = clean.map((level, at) => (at < 2 * size.width ? 255 : level));
  const map = defectMap(broken, Float32Array.from(clean), size);
  expect(Math.max(...map.subarray(0, 4 * size.width))).toBe(0);
});
