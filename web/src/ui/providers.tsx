import { createDOMRenderer, FluentProvider, RendererProvider } from '@fluentui/react-components';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { LiveRegion } from './announce.tsx';
import { ApiFailure } from './api.ts';
import { useMedia, useWidth } from './layout.ts';
import { Modals } from './modals.tsx';
import { themeFor } from './theme.ts';

// Fluent writes its style elements at run time; the page's policy lets only those with this answer's nonce through.
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
const renderer = createDOMRenderer(document, { styleElementAttributes: { nonce } });

const queries = new QueryClient({
  defaultOptions: {
    // A browser that thinks itself offline would only wait, and no page would say that it is not live.
    mutations: { networkMode: 'always' },
    queries: {
      networkMode: 'always',
      staleTime: 5_000,
      retry: (failures, error) => failures < 2 && error instanceof ApiFailure && error.isWorthRetrying,
    },
  },
});

/** Everything that pages take for granted: styles with the nonce, theme by system, queries, the live region. */
export function Providers({ children }: { children: ReactNode }) {
  const dark = useMedia('(prefers-color-scheme: dark)');
  const width = useWidth();
  return (
    <RendererProvider renderer={renderer} targetDocument={document}>
      <FluentProvider theme={themeFor(dark ? 'dark' : 'light', width === 'phone' ? 'phone' : 'desk')}>
        <QueryClientProvider client={queries}>
          {children}
          <LiveRegion />
          <Modals />
        </QueryClientProvider>
      </FluentProvider>
    </RendererProvider>
  );
}
