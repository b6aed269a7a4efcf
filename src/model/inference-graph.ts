import { ModelError } from '../core/errors.ts';
import { addErrorOutputs, errorMapCell } from './error-outputs.ts';
import { framesInput } from './frames-input.ts';
import { addLayers } from './layers-graph.ts';
import type { LayersModel, PictureShape } from './layers-model.ts';
import { OnnxGraph } from './onnx/graph.ts';
import { layerGraph } from './shapes.ts';

/**
 * An autoencoder as one ONNX graph, bytes in and out, with all arithmetic inside.
 *
 * `frames` uint8 [N, height, width, channels] gives `denoised` of the same type and shape, `mse` float32 [N] (mean
 * squared error in units of 0..1) and `error_map` float32 [N, ceil(height / cellSize), ceil(width / cellSize)] (the same
 * a cell, of the part of it that lies in the picture). Throws ModelError for a model that is no autoencoder of pictures.
 */
export const inferenceGraph = (
  model: LayersModel,
  { cellSize = errorMapCell }: { readonly cellSize?: number } = {},
): Uint8Array => {
  const { input, output } = layerGraph(model.topology);
  const shape = input.outputShape;
  const [height = 0, width = 0, channels = 0] = shape;
  if (shape.length !== 3 || output.outputShape.join() !== shape.join())
    throw new ModelError(
      'mismatch',
      `Model '${model.topology.config.name}': expected an output of the shape of the input, [height, width, channels]; found [${shape.join(', ')}] and [${output.outputShape.join(', ')}]`,
    );
  const graph = new OnnxGraph(model.topology.config.name);
  const picture: PictureShape = [height, width, channels];
  const x = framesInput(graph, picture);
  const y = addLayers(graph, model, x);
  addErrorOutputs(graph, y, x, picture, cellSize);
  return graph.toBytes();
};
