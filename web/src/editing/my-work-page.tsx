export default function MyWorkPage() {
  return <p>My work</p>;
}
