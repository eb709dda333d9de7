"""The parts of the image lab's page: its session, controls, results and pictures, and the landscape that trials share."""
