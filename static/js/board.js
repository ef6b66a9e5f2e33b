/* The day board on a phone begins as a list in order of time. */
const board = document.getElementById("board");
const isPhone = window.matchMedia("(max-width: 767px)").matches;
if (board && isPhone) {
  const here = new URL(location.href);
  if (!here.searchParams.has("view")) {
    here.searchParams.set("view", "list");
    location.replace(here);
  }
}
