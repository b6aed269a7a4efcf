import type { CameraStatus, LearningProgress } from '../wire.ts';
import { durationText } from '../ui/time-text.ts';

export const stateText: Readonly<Record<CameraStatus['state'], string>> = {
  connecting: 'Connecting',
  live: 'Live',
  failed: 'Failed',
  learning: 'Learning',
  paused: 'Paused',
};

const stageText = {
  collecting: 'Watching the scene',
  training: 'Learning what is normal',
  calibrating: 'Setting the threshold',
} as const;

/** "Learning what is normal: 42 %, loss 0.00120, 310 frames/s, about 3 min 20 s left" */
export const learningText = ({ stage, fraction, loss, framesPerSecond, secondsLeft }: LearningProgress): string =>
  [
    `${stageText[stage]}: ${Math.round(fraction * 100)} %`,
    ...(loss === undefined ? [] : [`loss ${loss.toPrecision(3)}`]),
    ...(framesPerSecond === undefined ? [] : [`${Math.round(framesPerSecond)} frames/s`]),
    ...(secondsLeft === undefined ? [] : [`about ${durationText(secondsLeft * 1000)} left`]),
  ].join(', ');

/** What somebody can do about a camera that gives no pictures, by the named cause; undefined where there is no advice. */
export const adviceOf = (cause: string): string | undefined =>
  (advice as Readonly<Record<string, string | undefined>>)[cause];

const advice = {
  refused:
    'The device is there, but nothing listens at that port. Check the port, and that RTSP is switched on in the camera.',
  unauthorized:
    'Check the user and the password; cameras often have an account of its own for RTSP. Percent-encode special characters.',
  'not-found':
    "The camera has no such stream. Look up the path for its model, or take one from the camera's own list by ONVIF.",
  dns: 'No device has that name. Check the spelling, or use the address in numbers.',
  timeout:
    'Nothing answers at that address. Check the address, the cable or the Wi-Fi, and that both are in one network.',
  stalled: 'The camera answered and then sent no pictures. Restart it, or try the other transport.',
  ended: 'The camera ended the stream. It may allow only a few viewers at once: close other programs that watch it.',
  codec: 'ffmpeg cannot decode what the camera sends. Set it to H.264 or H.265.',
  crashed: 'ffmpeg ended unexpectedly; the log has its words.',
  'no-ffmpeg': 'ffmpeg is missing on the machine that Nightjar runs on. Install it and start Nightjar again.',
} as const;
