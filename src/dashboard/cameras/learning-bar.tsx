import type { LearningProgress } from '../wire.ts';
import { learningText } from './camera-text.ts';

/** How far a camera's learning is. */
export const LearningBar = ({ learning }: { learning: LearningProgress }) => (
  <div class="learning-bar">
    <span>{learningText(learning)}</span>
    <progress max={1} value={learning.fraction} aria-label="Learning" />
  </div>
);
