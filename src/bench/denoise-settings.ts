import type { SettingsTable } from './denoise-filters.ts';

export const tunedSettings: SettingsTable = {};
