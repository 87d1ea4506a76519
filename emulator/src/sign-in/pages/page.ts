/** Text from a request or the config must never become markup. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Value = string | number | Markup | undefined | readonly Markup[];

/** Escapes every value that is not markup itself. */
export function html(strings: TemplateStringsArray, ...values: Value[]): Markup {
  return new Markup(strings.reduce((text, part, i) => text + render(values[i - 1]) + part));
}

function render(value: Value): string {
  if (value === undefined) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'object') return value.map((one) => one.text).join('');
  return String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const STYLE = `
:root{color-scheme:light dark;--page:linear-gradient(160deg,#eef3f8 0%,#dfe8f1 55%,#e9e6f2 100%);--card:#fff;--text:#1b1b1b;--soft:#595959;--line:#666;--link:#0067b8;--primary:#0067b8;--primary-hover:#005da6;--button:#e1e1e1;--button-hover:#d2d2d2;--tile:#f0f0f0;--bad:#c50f1f;--focus:#000}
@media (prefers-color-scheme:dark){:root{--page:linear-gradient(160deg,#14181d 0%,#171c23 55%,#1c1924 100%);--card:#242424;--text:#f2f2f2;--soft:#b8b8b8;--line:#9a9a9a;--link:#6cb8f6;--primary:#1f6fb5;--primary-hover:#2a7dc4;--button:#3d3d3d;--button-hover:#4a4a4a;--tile:#323232;--bad:#ff8b94;--focus:#fff}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:flex;flex-direction:column;align-items:center;background:var(--page);font:15px/20px "Segoe UI","Segoe UI Variable",-apple-system,"Helvetica Neue",Arial,sans-serif;color:var(--text)}
main{width:100%;max-width:440px;margin:auto;padding:44px;background:var(--card);box-shadow:0 2px 6px rgba(0,0,0,.2)}
.brand{display:flex;align-items:center;gap:8px;margin:0 0 16px;font-size:17px;font-weight:600;color:var(--soft)}
h1{margin:0 0 12px;font-size:24px;line-height:28px;font-weight:600}
p{margin:0 0 12px}
.who{display:flex;align-items:center;gap:6px;margin:0 0 16px;overflow-wrap:anywhere}
.app{margin:0 0 4px;font-size:18px;font-weight:600}
label{display:block;margin:16px 0 4px;color:var(--soft)}
input[type=email],input[type=text],input[type=password]{width:100%;height:36px;padding:6px 0;border:0;border-bottom:1px solid var(--line);border-radius:0;font:inherit;color:inherit;background:transparent}
textarea{width:100%;padding:6px 8px;border:1px solid var(--line);border-radius:0;font:inherit;color:inherit;background:transparent;resize:vertical}
input:focus{outline:0;border-bottom:2px solid var(--link)}
input[aria-invalid]{border-bottom-color:var(--bad)}
#code{letter-spacing:.15em;text-transform:uppercase}
.buttons{display:flex;justify-content:flex-end;flex-wrap:wrap;gap:8px;margin-top:28px}
button{min-width:108px;min-height:36px;padding:4px 12px;border:1px solid transparent;font:inherit;cursor:pointer;background:var(--button);color:var(--text)}
button:hover{background:var(--button-hover)}
button.primary{background:var(--primary);color:#fff}
button.primary:hover{background:var(--primary-hover)}
button.link{min-width:0;min-height:0;padding:0;background:none;color:var(--link);margin-top:16px}
button.link:hover{background:none;text-decoration:underline}
button:focus-visible,a:focus-visible,summary:focus-visible,textarea:focus-visible{outline:2px solid var(--focus);outline-offset:2px}
.tiles{list-style:none;margin:12px -44px 0;padding:0}
.tiles button{display:flex;align-items:center;gap:14px;width:100%;min-height:64px;padding:10px 44px;text-align:left;background:transparent;overflow-wrap:anywhere}
.tiles button:hover{background:var(--tile)}
.tiles small,.note{color:var(--soft);font-size:13px}
.tiles strong{display:block;font-weight:400}
.badge{flex:none;display:grid;place-items:center;width:40px;height:40px;border-radius:50%;background:var(--primary);color:#fff;font-weight:600}
.badge.plain{background:var(--tile);color:var(--text);font-size:22px}
.problem{color:var(--bad);overflow-wrap:anywhere}
form+p{margin-top:20px}
.permissions{list-style:none;margin:12px 0;padding:0}
.permissions details{padding:6px 0}
.permissions summary{cursor:pointer;padding-left:18px;text-indent:-18px}
.permissions p{margin:4px 0 0 18px;color:var(--soft);font-size:13px}
.check{display:flex;gap:8px;align-items:flex-start;margin:12px 0}
.check label{margin:0;color:inherit}
dl{margin:12px 0;font-size:13px;overflow-wrap:anywhere}
dt{font-weight:600}
dd{margin:0 0 6px}
a{color:var(--link)}
footer{width:100%;padding:10px 16px;text-align:center;font-size:13px;color:var(--soft)}
@media (max-width:600px){body{background:var(--card)}main{max-width:none;margin:0;padding:24px;box-shadow:none;flex:1}.tiles{margin:12px -24px 0}.tiles button{padding:10px 24px}}
`;

const MARK = new Markup(
  '<svg aria-hidden="true" width="21" height="21" viewBox="0 0 21 21"><path fill="#7a5ea8" d="M1 1h9v9H1z"/><path fill="#3f8f8f" d="M11 1h9v9h-9z"/><path fill="#4a78b5" d="M1 11h9v9H1z"/><path fill="#c08a3e" d="M11 11h9v9h-9z"/></svg>',
);

/** A whole page in the manner of Microsoft's sign-in, which says that it is the emulator. */
export function page(title: string, body: Markup): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<main>
<p class="brand">${MARK} Microsoft 365 emulator</p>
${body}
</main>
<footer>This is the Microsoft 365 emulator on this machine, not Microsoft. Never type a real password here.</footer>
</body>
</html>
`.text;
}
