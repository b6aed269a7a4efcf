import { writeFile } from 'node:fs/promises';

import { Command } from 'commander';

import { cameraGraph } from '../model/camera-model.ts';
import { loadModel } from '../model/model-folder.ts';

export const exportCommand = (): Command =>
  new Command('export')
    .description('write a model as an .onnx file for other programs')
    .argument('<model>', 'model folder (model.json, weights.bin, card.json)')
    .argument('<file>', 'the .onnx file to write')
    .addHelpText(
      'after',
      `
The graph takes 'frames' (uint8, N x height x width x channels). An autoencoder gives 'denoised' (the same), 'mse' and
'error_map' (float32); a colouriser 'colorized' and 'chroma'. A model with a memory takes what it carries as more inputs,
each NAME coming out as 'next_NAME' for the next frame: motion, recurrent, predictor.

Example:
  nightjar export nightjar-data/models/front-door front-door.onnx`,
    )
    .action(async (folder: string, file: string) => {
      const { model } = await loadModel(folder);
      const bytes = cameraGraph(model);
      await writeFile(file, bytes);
      console.log(`${file}: ${bytes.length} bytes`);
    });
