package dev.millrace.testkit.sim;

/** What a name in a folder stands for. */
sealed interface Node permits FileNode, FolderNode {
  /** What is found after a power failure. */
  Node afterPowerLoss(Choices choices, boolean flips);

  /** What is found by the next process when only this one was killed. */
  Node afterKill();
}
