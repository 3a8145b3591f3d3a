/** Of Okabe and Ito's palette, told apart with any colour vision. */
export const COLOURS = {
  demand: '#000000',
  near: '#0072b2',
  far: '#d55e00',
  edges: ['#0072b2', '#56b4e9'],
  limit: '#6b6b6b',
};
export const INK = '#222222';
export const FAINT = '#e4e4e4';
export const FONT = 'DejaVu Sans, Verdana, sans-serif';
export const FONT_SIZE = 14;
