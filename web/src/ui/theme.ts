import { type BrandVariants, createDarkTheme, createLightTheme, type Theme } from '@fluentui/react-components';

/** Petrol, OKLCH hue 222. Not Microsoft's blue: what is ours and what is Word stays apart at a glance. */
const brand: BrandVariants = {
  10: '#00131b',
  20: '#001d27',
  30: '#002834',
  40: '#003442',
  50: '#003f50',
  60: '#004c5f',
  70: '#00586e',
  80: '#006780',
  90: '#237992',
  100: '#3b8ba5',
  110: '#509eb8',
  120: '#64b1cb',
  130: '#85c2d8',
  140: '#a7d3e3',
  150: '#c7e3ee',
  160: '#e8f4f9',
};

const shape: Partial<Theme> = {
  fontFamilyBase: "'Inter Variable', 'Segoe UI', system-ui, -apple-system, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'Cascadia Mono', Consolas, 'DejaVu Sans Mono', monospace",
  fontSizeBase200: '12px',
  lineHeightBase200: '16px',
  fontSizeBase300: '13px',
  lineHeightBase300: '20px',
  fontSizeBase400: '15px',
  lineHeightBase400: '24px',
  fontSizeBase500: '18px',
  lineHeightBase500: '24px',
  fontSizeBase600: '22px',
  lineHeightBase600: '32px',
  borderRadiusMedium: '6px',
  borderRadiusLarge: '8px',
  borderRadiusXLarge: '12px',
};
const phoneShape: Partial<Theme> = { fontSizeBase300: '15px', lineHeightBase300: '22px' };

/** Ours beside Fluent's: `var(--statusOk)` and so on in CSS. */
interface OwnTokens {
  statusOk: string;
  statusWait: string;
  statusBad: string;
  /** Only for "Reconnect needed", the one amber box of the product. */
  waitTint: string;
  waitStroke: string;
  /** A rendered page stays paper in dark: colours in a document carry meaning. */
  paper: string;
}

const light: Theme & OwnTokens = {
  ...createLightTheme(brand),
  ...shape,
  ...neutralSurfaces(['#ffffff', '#f8f9fa', '#f2f4f5', '#eceff1']),
  colorNeutralForeground1: '#16222a',
  colorNeutralForeground2: '#3a4750',
  colorNeutralForeground3: '#586570',
  colorNeutralForeground4: '#586570',
  colorNeutralForegroundDisabled: '#7f8a92',
  colorNeutralStroke1: '#cfd6da',
  colorNeutralStroke2: '#e3e7ea',
  colorNeutralStroke3: '#edf0f2',
  statusOk: '#0b6a2b',
  statusWait: '#8a4b00',
  statusBad: '#b10e1c',
  waitTint: '#fef3e2',
  waitStroke: '#f0d3a4',
  paper: '#ffffff',
};

const dark: Theme & OwnTokens = {
  ...createDarkTheme(brand),
  ...shape,
  ...neutralSurfaces(['#15191c', '#101315', '#1c2125', '#23292d']),
  colorNeutralForeground1: '#eef2f4',
  colorNeutralForeground2: '#c6cfd5',
  colorNeutralForeground3: '#9aa6ae',
  colorNeutralForeground4: '#9aa6ae',
  colorNeutralForegroundDisabled: '#78848c',
  colorNeutralStroke1: '#3b454c',
  colorNeutralStroke2: '#2a3237',
  colorNeutralStroke3: '#22292d',
  // The dark theme's own are too dark as text.
  colorBrandForeground1: brand[120],
  colorBrandForeground2: brand[130],
  colorBrandForegroundLink: brand[130],
  colorBrandForegroundLinkHover: brand[140],
  colorBrandForegroundLinkPressed: brand[120],
  colorBrandBackground2: '#0b2530',
  colorBrandStroke2: '#174a5c',
  colorCompoundBrandForeground1: brand[120],
  // What floats has the page's own colour in dark: a line sets it apart where a shadow can't.
  colorTransparentStroke: '#2a3237',
  statusOk: '#6ccb8b',
  statusWait: '#f0b35c',
  statusBad: '#ff9a9e',
  waitTint: '#2b2113',
  waitStroke: '#5c4420',
  paper: '#f4f4f2',
};

/** Fluent's greys have no hue; ours lean to petrol, so hover and selection are set as well. */
function neutralSurfaces([one, two, three, four]: readonly [string, string, string, string]): Partial<Theme> {
  return {
    colorNeutralBackground1: one,
    colorNeutralBackground1Hover: three,
    colorNeutralBackground1Pressed: four,
    colorNeutralBackground1Selected: four,
    colorNeutralBackground2: two,
    colorNeutralBackground2Hover: three,
    colorNeutralBackground2Pressed: four,
    colorNeutralBackground2Selected: four,
    colorNeutralBackground3: three,
    colorNeutralBackground3Hover: four,
    colorNeutralBackground3Pressed: four,
    colorNeutralBackground3Selected: four,
    colorNeutralBackground4: four,
    colorNeutralBackground4Hover: three,
    colorNeutralBackground4Pressed: three,
    colorNeutralBackground4Selected: three,
    colorSubtleBackgroundHover: three,
    colorSubtleBackgroundPressed: four,
    colorSubtleBackgroundSelected: four,
  };
}

const themes = {
  light: { desk: light, phone: { ...light, ...phoneShape } },
  dark: { desk: dark, phone: { ...dark, ...phoneShape } },
};

/** The theme for a system setting and a width; always the same object for the same answer. */
export const themeFor = (scheme: 'light' | 'dark', width: 'desk' | 'phone'): Theme => themes[scheme][width];
