/** Okabe and Ito's palette, told apart with any colour vision. */
export const COLOURS = {
  black: '#000000',
  blue: '#0072b2',
  vermilion: '#d55e00',
  green: '#009e73',
  purple: '#cc79a7',
  skyBlue: '#56b4e9',
  orange: '#e69f00',
} as const;

export const LIMIT_COLOUR = '#6b6b6b';
export const INK = '#222222';
export const FAINT = '#e4e4e4';
export const FONT = 'DejaVu Sans, Verdana, sans-serif';
export const FONT_SIZE = 14;
