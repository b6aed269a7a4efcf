import { addLayers } from '../layers-graph.ts';
import type { LayersModel } from '../layers-model.ts';
import { OnnxGraph } from '../onnx/graph.ts';
import { layerGraph } from '../shapes.ts';
import { beside, blockMeans, blockSize, boxMean, flat, meanOfTop } from './block-statistics.ts';
import { aboveMedian, contrastNormalised, gradientEnergy, motionMap, motionUnit, netInput } from './foreground.ts';
import { luma } from './luma.ts';
import { photometricFit } from './photometric-fit.ts';

/** The channels of the score: change beyond what is expected, speed, and things that stay. */
const motionChannels = ['expectation', 'speed', 'presence'] as const;

/** Blocks whose mean is the score of a frame; all of a picture that has fewer. */
const topBlocks = 20;
/** Time constant of the average foreground that the presence channel sees. */
const presenceSeconds = 5;
/** Change, in gray levels a frame, at which a block's foreground counts half: what stands still is present, not who walks by. */
const stillChange = 2;
/**
 * Time constant of the background's light, which follows the frame's. Without it the light of the background rests on
 * nothing: each frame is fitted to it and it is moved towards what was fitted, so that the smallest bias of the fit grows
 * without end (in the simulator the contrast of the background doubled within half an hour).
 */
const lightSeconds = 10;
/** Weight of presence beyond what is normal. */
const presenceWeight = 4;
/** Gradient energy of a picture without content, gray levels squared. */
const blankEnergy = 0.25;
/** Gradient energy at which a block has half of its say in whether the scene is another. */
const contentEnergy = 9;

/**
 * The motion model, live, as one ONNX graph. Inputs, for each of N frames: `frames` uint8 [N, H, W, channels]; `seconds`
 * float32 [N] since the camera's frame before, 0 when there is none worth comparing with; `adapt` float32 [N], gray levels
 * that the background may move in this frame; `scales` float32 [N, 3], what each channel's score is divided by; and the
 * state `background` and `previous` float32 [N, H, W], `presence` float32 [N, H/4, W/4], which comes out again as
 * `next_background`, `next_previous` and `next_presence`.
 *
 * Outputs: `score_map` float32 [N, H/4, W/4], the sum of the scaled channels (of presence only what is above 1: what stays
 * for a while is normal up to a point, and as an addend it would hide the others); `score` [N], the mean of its highest 20
 * blocks; `channel_scores` [N, 3], the same for each channel unscaled; `changed` [N], the mean over blocks with content of
 * the gradient energy of the foreground over the sum of the frame's and the background's: 0 for the same scene, however it
 * is lit, 1 for an unrelated picture, and for a thing that passes no more than its share of the picture, however bright.
 */
export const motionGraph = (model: LayersModel, channels: number): Uint8Array => {
  const [halfHeight = 0, halfWidth = 0] = layerGraph(model.topology).input.outputShape;
  const [height, width] = [2 * halfHeight, 2 * halfWidth];
  const grid = { rows: height / blockSize, cols: width / blockSize };
  const top = Math.min(topBlocks, grid.rows * grid.cols);
  const graph = new OnnxGraph('motion');
  const op = (type: string, ...inputs: string[]): string => graph.op(type, inputs);
  const picture = (name: string): string => op('Unsqueeze', graph.input(name, ['N', height, width]), graph.ints([1]));
  const frame = luma(graph, graph.input('frames', ['N', height, width, channels], 'uint8'), {
    height,
    width,
    channels,
  });
  const seconds = beside(graph, graph.input('seconds', ['N']));
  const adapt = beside(graph, graph.input('adapt', ['N']));
  const scales = graph.input('scales', ['N', motionChannels.length]);
  const background = picture('background');
  const before = picture('previous');
  const presence = op('Unsqueeze', graph.input('presence', ['N', grid.rows, grid.cols]), graph.ints([1]));

  const { corrected, gain, offset } = photometricFit(graph, frame, background, grid);
  const previous = op('Where', op('Greater', seconds, graph.scalar(0)), before, corrected);
  const foreground = op('Sub', corrected, background);
  const motion = motionMap(graph, corrected, previous, grid);
  const expected = addLayers(graph, model, netInput(graph, foreground));
  const median = graph.op('Slice', [expected, graph.ints([0]), graph.ints([1]), graph.ints([1])]);
  const restlessness = op('Mul', motion, graph.scalar(motionUnit / stillChange));
  const still = op(
    'Div',
    blockMeans(graph, foreground),
    op('Add', op('Mul', restlessness, restlessness), graph.scalar(1)),
  );
  const share = op('Sub', graph.scalar(1), op('Exp', op('Div', seconds, graph.scalar(-presenceSeconds))));
  const present = op('Add', presence, op('Mul', share, op('Sub', still, presence)));

  const energies = { foreground: gradientEnergy(graph, foreground), background: gradientEnergy(graph, background) };
  const inLevels = (map: string): string => op('Mul', map, graph.scalar(motionUnit));
  const maps = [
    boxMean(graph, boxMean(graph, inLevels(op('Sub', motion, median)), 3), 5),
    boxMean(graph, contrastNormalised(graph, inLevels(motion), aboveMedian(graph, energies.foreground, grid)), 5),
    boxMean(graph, contrastNormalised(graph, op('Abs', present), aboveMedian(graph, energies.background, grid)), 5),
  ];
  const rows = (map: string): string => flat(graph, map, grid);
  const scaled = maps.map((map, at) =>
    op('Div', rows(map), graph.op('Slice', [scales, graph.ints([at]), graph.ints([at + 1]), graph.ints([1])])),
  );
  const excess = op('Relu', op('Sub', scaled[2]!, graph.scalar(1)));
  const together = graph.op('Sum', [scaled[0]!, scaled[1]!, op('Mul', excess, graph.scalar(presenceWeight))]);

  const publish = (name: string, value: string, shape: readonly number[]): void => {
    graph.output(graph.opAs(name, 'Reshape', [value, graph.ints([-1, ...shape])]), ['N', ...shape]);
  };
  publish('score_map', together, [grid.rows, grid.cols]);
  publish('score', meanOfTop(graph, together, top), []);
  const tops = maps.map((map) => op('Unsqueeze', meanOfTop(graph, rows(map), top), graph.ints([1])));
  publish('channel_scores', graph.op('Concat', tops, { axis: 1 }), [motionChannels.length]);
  const contents = op('Add', energies.background, gradientEnergy(graph, corrected));
  // What has no content, or little beside the noise, says little.
  const weights = op('Div', contents, op('Add', contents, graph.scalar(contentEnergy)));
  const differing = op('Div', energies.foreground, op('Add', contents, graph.scalar(blankEnergy)));
  const mean = (map: string): string => graph.op('ReduceMean', [map], { axes: [1, 2, 3], keepdims: 0 });
  publish('changed', op('Div', mean(op('Mul', weights, differing)), op('Add', mean(weights), graph.scalar(1e-3))), []);
  const inFrameLight = op('Add', op('Mul', gain, background), offset);
  const lightShare = op('Sub', graph.scalar(1), op('Exp', op('Div', seconds, graph.scalar(-lightSeconds))));
  const towards = (from: string, to: string): string => op('Add', from, op('Mul', lightShare, op('Sub', to, from)));
  const step = op('Mul', op('Sign', foreground), op('Min', op('Abs', foreground), adapt));
  publish('next_background', op('Add', towards(background, inFrameLight), step), [height, width]);
  publish('next_previous', towards(corrected, frame), [height, width]);
  publish('next_presence', present, [grid.rows, grid.cols]);
  return graph.toBytes();
};
