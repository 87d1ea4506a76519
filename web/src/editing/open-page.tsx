export default function OpenPage() {
  return <p>Opening</p>;
}
