// The pipeline under measurement, as a process of its own, so that its CPU time is nobody else's. Started by fork with
// a pipeline file; tells its address, and on request its own CPU time, what it saw, and its metrics.
import { loadPipeline } from '../config/load.ts';
import { createLog } from '../pipeline/log.ts';
import { runPipeline } from '../pipeline/run-pipeline.ts';
import { pictureNumber } from './pipeline-clips.ts';

/** Which picture each prediction was about: [camera, sequence, picture number]. */
export type Seen = [camera: string, sequence: number, picture: number][];

export interface SubjectReport {
  readonly cpuSeconds: number;
  readonly seen: Seen;
  readonly metrics: string;
}

const [file = ''] = process.argv.slice(2);
const pipeline = await runPipeline(await loadPipeline(file), {
  file,
  log: createLog({ json: false, level: 'error' }),
});
let seen: Seen = [];
pipeline.predictions$.subscribe(({ frame }) => seen.push([frame.camera, frame.sequence, pictureNumber(frame)]));

const report = async (): Promise<SubjectReport> => {
  const { user, system } = process.cpuUsage();
  const metrics = await fetch(new URL('/metrics', pipeline.url)).then(async (response) => response.text());
  const answer = { cpuSeconds: (user + system) / 1e6, seen, metrics };
  seen = [];
  return answer;
};
process.on('message', () => void report().then((answer) => process.send?.(answer)));
process.on('disconnect', () => void pipeline.close().then(() => process.exit()));
process.send?.({ url: pipeline.url });
