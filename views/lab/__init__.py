"""The parts of the image lab's page: session, controls, results, pictures, and the landscape that trials share."""
