import { pages } from '@megdocs/contract';
import { Link } from 'react-router';
import { Frame, PageHead } from './frame.tsx';

export function NotFoundPage() {
  return (
    <Frame title="Nothing at this address" breadcrumb={[]}>
      <PageHead title="Nothing at this address" />
      <p>
        The page may have moved, or the link was cut off on its way to you.{' '}
        <Link to={pages.documents}>Go to the documents</Link>.
      </p>
    </Frame>
  );
}
