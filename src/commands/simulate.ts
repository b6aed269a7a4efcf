import { Command } from 'commander';

import { findFfmpeg } from '../camera/find-ffmpeg.ts';
import { parseSimulatorUrl, startSimulator } from '../simulate/simulator.ts';
import { wholeNumber } from './arguments.ts';
import { stopSignal } from './stop-signal.ts';
