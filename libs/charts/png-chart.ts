import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { initWasm, Resvg } from '@resvg/resvg-wasm';

const FONT_FAMILY = 'DejaVu Sans';
const FONT_FILES = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((file) => `dejavu-fonts-ttf/ttf/${file}`);
const RASTERIZER_FILE = '@resvg/resvg-wasm/index_bg.wasm';
/** Sharp on the screens of today. */
const PIXELS_PER_UNIT = 2;

const require = createRequire(import.meta.url);

/** Started once a process: the module refuses a second start. */
let rasterizer: Promise<void> | null = null;

/** Whether the files it needs are installed: a program that was copied alone has not brought them. */
export function canRenderPng(): boolean {
  return [RASTERIZER_FILE, ...FONT_FILES].every((file) => {
    try {
      return require.resolve(file) !== '';
    } catch {
      return false;
    }
  });
}

/** Draws an SVG document as a PNG of twice its size, with fonts of its own: not every machine has any. */
export async function renderPng(svg: string): Promise<Uint8Array> {
  await (rasterizer ??= startRasterizer());
  const fontBuffers = await Promise.all(FONT_FILES.map((file) => readFile(require.resolve(file))));
  const drawing = new Resvg(svg, {
    font: { fontBuffers, defaultFontFamily: FONT_FAMILY },
    background: 'white',
    fitTo: { mode: 'zoom', value: PIXELS_PER_UNIT },
  });
  const image = drawing.render();
  try {
    return image.asPng();
  } finally {
    image.free();
    drawing.free();
  }
}

async function startRasterizer(): Promise<void> {
  await initWasm(await readFile(require.resolve(RASTERIZER_FILE)));
}
