import { COLOURS as PALETTE, LIMIT_COLOUR } from '#charts/chart-style.js';

export const COLOURS = {
  demand: PALETTE.black,
  near: PALETTE.blue,
  far: PALETTE.vermilion,
  edges: [PALETTE.blue, PALETTE.skyBlue],
  limit: LIMIT_COLOUR,
};
