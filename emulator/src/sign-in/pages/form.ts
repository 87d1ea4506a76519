import { html, type Markup } from './page.ts';

/** Where the forms post to, and which flow they go on with. */
export interface FormTarget {
  action: string;
  ctx: string;
}

export function form(target: FormTarget, step: string, inside: Markup): Markup {
  return html`<form method="post" action="${target.action}"><input type="hidden" name="ctx" value="${target.ctx}"><input type="hidden" name="step" value="${step}">
${inside}</form>`;
}

export function problem(text: string | undefined): Markup | undefined {
  return text === undefined ? undefined : html`<p class="problem" role="alert" id="problem">${text}</p>`;
}

export function invalid(text: string | undefined): Markup | undefined {
  return text === undefined ? undefined : html`aria-invalid="true" aria-describedby="problem"`;
}
