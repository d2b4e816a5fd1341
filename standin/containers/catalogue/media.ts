/** An image for a prompt and a transcript of a recording, generated from a seed. */
import { round } from '../alphafold/confidence.js';
import { seededChance } from '../alphafold/random.js';
import { BadRequest } from '../alphafold/request.js';
import type { Fields } from '../container.js';
import { printPng } from './png.js';
import { fileOf, textIn, wholeIn, type Program } from './program.js';

const SIDE = 256;
const LONGEST_PROMPT = 2_000;
const imagesOf = (parameters: Fields): number => wholeIn(parameters, 'images', 1, 1, 4);

export const drawImage: Program = {
  seconds: (parameters) => imagesOf(parameters) * (1 + wholeIn(parameters, 'steps', 30, 1, 150) * 0.15),
  answer(parameters) {
    const prompt = textIn(parameters, 'prompt', LONGEST_PROMPT);
    const seed = wholeIn(parameters, 'seed', 0, 0, 4_294_967_295);
    const images = Array.from({ length: imagesOf(parameters) }, (_, place) => {
      const chance = seededChance('sdxl', prompt, String(seed + place));
      const [from, to] = [0, 1].map(() => [0, 1, 2].map(() => chance.between(0, 255))) as [
        number[],
        number[],
      ];
      const png = printPng(
        SIDE,
        (x, y) => from.map((value, k) => value + (((to[k] as number) - value) * (x + y)) / (2 * SIDE)),
        'SYNTHETIC. Drawn by the Radiant stand-in from a seed. It shows nothing of the prompt.',
      );
      return fileOf(`image_${place + 1}.png`, 'image/png', png);
    });
    return { images, seed };
  },
};

const WORDS = 'these synthetic words were not spoken in the recording that was sent'.split(' ');
const LONGEST_AUDIO = 180_000;
/** For a 16 kHz recording with 16 bits per sample. */
const BYTES_PER_SECOND = 32_000;

function audioIn(parameters: Fields): Buffer {
  const text = textIn(parameters, 'audio', LONGEST_AUDIO);
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) throw new BadRequest('parameters.audio must be base64.');
  return Buffer.from(text, 'base64');
}

const lengthOf = (parameters: Fields): number => Math.max(1, audioIn(parameters).length / BYTES_PER_SECOND);

export const transcribe: Program = {
  seconds: (parameters) => 0.5 + lengthOf(parameters) / 10,
  answer(parameters) {
    const length = lengthOf(parameters);
    const step = length / WORDS.length;
    const segments = WORDS.map((text, place) => ({
      start: round(place * step, 3),
      end: round((place + 1) * step, 3),
      text,
    }));
    const cues = segments.map(({ start, end, text }) => `${clock(start)} --> ${clock(end)}\n${text}\n`);
    return {
      text: `[synthetic] ${WORDS.join(' ')}`,
      language: typeof parameters['language'] === 'string' ? parameters['language'] : 'en',
      segments,
      vtt: fileOf('transcript.vtt', 'text/vtt', `WEBVTT\n\nNOTE SYNTHETIC\n\n${cues.join('\n')}`),
    };
  },
};

const clock = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(11, 23);
