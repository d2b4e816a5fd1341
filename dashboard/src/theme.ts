/** The Mantine theme. Everything else is in tokens.css. */
import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

const violet: MantineColorsTuple = [
  '#efebfd',
  '#ded6fa',
  '#c4b8f4',
  '#b5a3ff',
  '#9482e0',
  '#7c5fe6',
  '#6a4edb',
  '#5b3fd0',
  '#4c33b3',
  '#3d2993',
];
const gray: MantineColorsTuple = [
  '#f7f8fa',
  '#eef1f4',
  '#e4e8ed',
  '#d9dee5',
  '#b9c1cc',
  '#858e9c',
  '#626c7a',
  '#4a5462',
  '#2b3442',
  '#151a22',
];
const dark: MantineColorsTuple = [
  '#edf0f5',
  '#b4bdcb',
  '#8d98a9',
  '#69748a',
  '#2a313d',
  '#222936',
  '#1b212b',
  '#141922',
  '#0d1016',
  '#0a0d12',
];

export const theme = createTheme({
  primaryColor: 'violet',
  primaryShade: { light: 7, dark: 5 },
  colors: { violet, gray, dark },
  white: '#ffffff',
  black: '#151a22',
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "'JetBrains Mono Variable', ui-monospace, monospace",
  fontSizes: { xs: '12px', sm: '13.5px', md: '14px', lg: '16px', xl: '20px' },
  defaultRadius: 6,
  cursorType: 'pointer',
  respectReducedMotion: true,
  headings: {
    fontWeight: '600',
    sizes: { h1: { fontSize: '20px', lineHeight: '28px' }, h2: { fontSize: '14px', lineHeight: '20px' } },
  },
  components: {
    Button: { defaultProps: { size: 'xs', variant: 'default', fw: 500 } },
    TextInput: { defaultProps: { size: 'sm' } },
    Select: { defaultProps: { size: 'sm' } },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 300 } },
    Anchor: { defaultProps: { className: 'plain', c: 'inherit' } },
  },
});

/** Mantine's own red and orange are too pale to read on white. */
const OUTLINES = {
  '--mantine-color-red-outline': 'var(--failed)',
  '--mantine-color-orange-outline': 'var(--waiting)',
};

export const variables: CSSVariablesResolver = () => ({
  variables: { '--mantine-color-error': 'var(--failed)' },
  light: {
    ...OUTLINES,
    '--mantine-color-red-filled': '#b3211a',
    '--mantine-color-red-filled-hover': '#951b15',
    '--mantine-color-body': '#f7f8fa',
    '--mantine-color-text': '#151a22',
    '--mantine-color-dimmed': '#626c7a',
  },
  dark: {
    ...OUTLINES,
    '--mantine-color-red-filled': '#c0352b',
    '--mantine-color-red-filled-hover': '#a82d24',
    '--mantine-color-body': '#0d1016',
    '--mantine-color-text': '#edf0f5',
    '--mantine-color-dimmed': '#8d98a9',
  },
});
