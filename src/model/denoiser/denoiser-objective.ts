import { toFloat32 } from '../onnx/to-float32.ts';
import type { Unrolled } from '../training/objective.ts';
import type { Tape, Value } from '../training/tape.ts';
import { denoiserStep, noiseMap, unseen } from './denoiser-step.ts';
import type { DenoiserState } from './denoiser-step.ts';

/** Weight of the average beside the output, and of the very first frame of a sample, which has nothing to go by. */
const averageWeight = 0.1;
/** Errors in much noise weigh less: as 1 / (the noise's standard deviation + this). */
const leastNoise = 0.05;

interface Sample {
  /** Side of the square pictures. */
  readonly size: number;
  /** Frames, the first one included. */
  readonly frames: number;
  readonly block: number;
  /** Weight of the first frame, which a cold denoiser has nothing but itself to clean by. */
  readonly firstWeight: number;
}

/**
 * Trains the recurrent denoiser over `frames` frames, with the gradient through all of them. Inputs: `clean` and
 * `noisy` uint8 [N, frames, size, size]; `noise` float32 [N, 2], a and b2 of `noiseMap`; `warm` float32 [N], 1 for a
 * sample that begins with a state, which is then `average` and `denoised` float32 [N, size, size] and `variance` [N],
 * and 0 for one that begins with its first frame. The loss is the mean absolute error of the outputs, plus a tenth of
 * that of the averages.
 */
export const denoiserObjective = ({ size, frames, block, firstWeight }: Sample): Unrolled => ({
  unroll(tape, { batch, net }) {
    const { graph } = tape;
    const picture = (name: string): Value =>
      beside(tape, graph.input(name, [batch, size, size]), [batch, 1, size, size]);
    const number = (value: string): Value => beside(tape, value, [batch, 1, 1, 1]);
    const clip = (name: string): ((at: number) => Value) => {
      const bytes = graph.input(name, [batch, frames, size, size], 'uint8');
      const levels = graph.op('Mul', [toFloat32(graph, bytes), graph.scalar(1 / 255)]);
      const planes = graph.ops(
        'Split',
        [levels, graph.ints(Array.from({ length: frames }, () => 1))],
        { axis: 1 },
        frames,
      );
      return (at) => tape.given(planes[at]!);
    };
    const [clean, noisy] = [clip('clean'), clip('noisy')];
    const [a, b2] = graph
      .ops('Split', [graph.input('noise', [batch, 2]), graph.ints([1, 1])], { axis: 1 }, 2)
      .map(number);
    const warm = number(graph.input('warm', [batch]));
    const given = {
      average: picture('average'),
      variance: number(graph.input('variance', [batch])),
      denoised: picture('denoised'),
    };

    const deviation = graph.op('ReduceMean', [noiseMap(tape, clean(0), a!, b2!).name], { axes: [1, 2, 3] });
    const weight = tape.div(tape.number(1), tape.add(tape.given(deviation), tape.number(leastNoise)));
    const error = (value: Value, at: number): Value =>
      tape.mean(tape.mul(tape.abs(tape.sub(value, clean(at))), weight));
    const step = (at: number, state: DenoiserState) =>
      denoiserStep(tape, { x: noisy(at), s: noiseMap(tape, noisy(at), a!, b2!), state, block, net });

    const first = step(0, beginning(tape, noisy(0)));
    const mixed = (from: Value, to: Value): Value => tape.add(to, tape.mul(warm, tape.sub(from, to)));
    let state: DenoiserState = {
      average: mixed(given.average, first.average),
      variance: mixed(given.variance, first.variance),
      denoised: mixed(given.denoised, first.denoised),
    };
    let loss = tape.mul(error(first.denoised, 0), tape.number(firstWeight));
    for (let at = 1; at < frames; at++) {
      const next = step(at, state);
      const ofAverage = tape.mul(error(next.average, at), tape.number(averageWeight));
      loss = tape.add(loss, tape.add(error(next.denoised, at), ofAverage));
      state = next;
    }
    return tape.mul(loss, tape.number(1 / Math.max(1, frames - 1)));
  },
});

/** The state before the first frame `x`: it is its own average, and says nothing. */
const beginning = (tape: Tape, x: Value): DenoiserState => ({
  average: x,
  variance: tape.add(tape.mul(x, tape.number(0)), tape.number(unseen)),
  denoised: x,
});

const beside = (tape: Tape, name: string, shape: readonly number[]): Value =>
  tape.given(tape.graph.op('Reshape', [name, tape.graph.ints(shape)]));
